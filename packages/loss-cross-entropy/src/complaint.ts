import { type Complaint, ContrastiveError } from "@contrastive/core";

export function complaint(about: Omit<Complaint, "who">): ContrastiveError {
  return new ContrastiveError({ who: 'loss "cross-entropy"', ...about });
}
