
  # Products in float32 of a trial text of ids that need no tokenizer. Input and results are remembered, so that 8-bit
  # products can be compared with them.
  watched_inputs : List[Tensor]
  watched_results : List[Tensor]

  # Called once, before anything runs. groups: number of groups
  def watch(self, groups: int) -> int:
    for g in range(groups):
      self.watched_inputs.append(torch.zeros([0]))
      self.watched_results.append(torch.zeros([0]))
    return 0

  def float_products(self, x: Tensor, g: int) -> List[Tensor]:
    self.watched_inputs[g] = self.rows(x)
    if self.norms[g].size(0) > 0:
      x = self.normed(x, g)
    made = annotate(List[Tensor], [])
    for w in self.groups[g]:
      if self.transposed[g]:
        w = w.t()
      made.append(self.float32_product(x, w))
    for i in range(len(self.biases[g])):
      made[i] = made[i] + self.biases[g][i]
    self.watched_results[g] = self.rows(torch.cat(made, -1))
    return made

  def scaled_product(self, x: Tensor, g: int, scale: float) -> Tensor:
    return self.float_products(x, g)[0] * scale

  # x: [.., in], w: [out, in] in any number format of floating point -> [.., out]
  def float32_product(self, x: Tensor, w: Tensor) -> Tensor:
    if w.dtype == F32:
      return torch.linear(x, w)
    parts = annotate(List[Tensor], [])
    rows = max(1, self.converted_together // w.size(1))
    for begin in range(0, w.size(0), rows):
      parts.append(torch.linear(x, torch.slice(w, 0, begin, begin + rows).to(F32)))
    return torch.cat(parts, -1)

  # -> of each group the input [N, in] and the results [N, out]
  def watched(self) -> List[Tensor]:
    all = annotate(List[Tensor], [])
    for g in range(len(self.watched_inputs)):
      all.append(self.watched_inputs[g])
      all.append(self.watched_results[g])
    return all

  # Ids on which 8-bit products are compared with float32 ones: `count` spread over the vocabulary, half as many whose
  # vectors have the most uneven channels, and the ends of answers. table: name of the ids' vectors [V, D] -> [1, N]
  def trial_ids(self, table: str, count: int) -> Tensor:
    w = self.weights[table]
    count = min(count, w.size(0))
    spread = torch.arange(0, count, dtype=I64, device=w.device) * w.size(0) // count
    sizes = annotate(List[Tensor], [])
    rows = max(1, self.converted_together // w.size(1))
    for begin in range(0, w.size(0), rows):
      v = torch.slice(w, 0, begin, begin + rows)
      sizes.append((torch.linalg_vector_norm(v, float("inf"), [1]) / torch.linalg_vector_norm(v, 2, [1])).to(F32))
    uneven = torch.nan_to_num(torch.cat(sizes, 0), 0., 0., 0.)
    most = torch.topk(uneven, (count + 1) // 2)[1]
    parts = [spread, most]
    for e in self.eos:
      if e < w.size(0):
        parts.append(torch.full([1], e, dtype=I64, device=w.device))
    return torch.cat(parts, 0).unsqueeze(0)
