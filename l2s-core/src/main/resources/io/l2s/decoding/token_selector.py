# Selects each row's best tokens (transformers: LogitsProcessor, log_softmax and topk of its generation loops).
# B rows, V vocabulary, K best, E edits.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # all: [A, V]; own: [B], the rows of it to select from; normalized: [B, 1], 1 where scores are log-probabilities and 0 where they are the logits.
  # Edits, flat over all rows: row and id [E], the divisor of a score (it multiplies a negative one), the amount subtracted from it.
  # Returns the edited scores [B, K] best first, their ids [B, K], their log-probabilities before the edits [B, K],
  # and the logarithm of the sum of exponentials [B, 1], which is finite where the row is.
  def select_top(self, all: Tensor, own: Tensor, normalized: Tensor, row: Tensor, id: Tensor, factor: Tensor, amount: Tensor, k: int) -> List[Tensor]:
    logits = all  # [B, V]
    if own.size(0) < all.size(0):
      logits = torch.index_select(all, 0, own)
    total = torch.logsumexp(logits, [1], True)  # [B, 1]
    scores = logits - total * normalized
    if row.size(0) > 0:
      s = torch.index(scores, [row, id])
      s = torch.where(s < 0, s * factor, s / factor) - amount
      scores = torch.index_put_(scores, [row, id], s)
    best, ids = torch.topk(scores, k, 1)
    # Among equal scores the first token leads, as in greedy decoding, however many are wanted.
    first = torch.argmax(scores, 1, True)  # [B, 1]
    ids = torch.where(ids == first, ids[:, 0:1], ids)
    ids[:, 0:1] = first
    return [best, ids, torch.gather(logits, 1, ids) - total, total]
