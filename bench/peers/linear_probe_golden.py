"""Writes packages/evaluate/fixtures/linear-probe.json: multinomial logistic regression as PyTorch fits it.

The objective is mean cross-entropy + l2 / 2 * |W|^2 on features standardised by the training set, the bias free,
minimised in float64 by torch.optim.LBFGS until the gradient vanishes.

    python bench/peers/linear_probe_golden.py
"""

import json
import pathlib

import torch

torch.manual_seed(0)
DIM, CLASSES, TRAIN, TEST = 6, 4, 62, 30
CENTRES = torch.randn(CLASSES, DIM)
# Columns of very different scale and offset, so that the standardisation is seen to matter.
SCALE = 10.0 ** torch.linspace(-2, 2, DIM)
OFFSET = 3 * SCALE


def draw(size):
    labels = torch.arange(size) % CLASSES
    values = (CENTRES[labels] + 1.2 * torch.randn(size, DIM)) * SCALE + OFFSET
    return values.float(), labels


def fit(values, labels, l2):
    weight = torch.zeros(CLASSES, DIM, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(CLASSES, dtype=torch.float64, requires_grad=True)

    def objective():
        logits = values @ weight.T + bias
        return torch.nn.functional.cross_entropy(logits, labels) + l2 / 2 * weight.square().sum()

    optimizer = torch.optim.LBFGS(
        [weight, bias],
        max_iter=2000,
        tolerance_grad=1e-12,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure():
        optimizer.zero_grad()
        loss = objective()
        loss.backward()
        return loss

    # A new call forgets the past steps, which frees a line search that is stuck in rounding errors.
    for _ in range(20):
        optimizer.step(closure)
        optimizer.state.clear()
    loss = closure()
    gradient = max(weight.grad.abs().max(), bias.grad.abs().max())
    assert gradient < 1e-8, gradient
    return loss.item(), weight.detach(), bias.detach()


def main():
    train, train_labels = draw(TRAIN)
    test, test_labels = draw(TEST)
    mean = train.double().mean(0)
    deviation = train.double().std(0, unbiased=False)
    cases = []
    for l2 in (1e-1, 1e-3):
        loss, weight, bias = fit((train.double() - mean) / deviation, train_labels, l2)
        raw_weight = weight / deviation
        raw_bias = bias - raw_weight @ mean
        predictions = (test.double() @ raw_weight.T + raw_bias).argmax(1)
        cases.append(
            {
                "l2": l2,
                "loss": loss,
                "weight": raw_weight.flatten().tolist(),
                "bias": raw_bias.tolist(),
                "predictions": predictions.tolist(),
                "correct": (predictions == test_labels).sum().item(),
            }
        )
    fixture = {
        "torch": torch.__version__,
        "dim": DIM,
        "classes": CLASSES,
        "train": {"values": train.flatten().tolist(), "labels": train_labels.tolist()},
        "test": {"values": test.flatten().tolist(), "labels": test_labels.tolist()},
        "cases": cases,
    }
    target = pathlib.Path(__file__).parents[2] / "packages/evaluate/fixtures/linear-probe.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
