import { type Complaint, ContrastiveError } from "@contrastive/core";

export function complaint(complaint: Omit<Complaint, "who">): ContrastiveError {
  return new ContrastiveError({ who: 'loss "supcon"', ...complaint });
}
