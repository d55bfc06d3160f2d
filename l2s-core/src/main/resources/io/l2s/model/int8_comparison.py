
  # The comparison of 8-bit products with float32 ones, on a trial text of ids that need no tokenizer.
  watching : bool
  watched_inputs : List[Tensor]
  watched_results : List[Tensor]

  def watch(self) -> int:
    self.watching = True
    return 0

  # The same in float32 with the weights as they are stored; remembers input and results.
  def watched_products(self, x: Tensor, g: int) -> List[Tensor]:
    self.watched_inputs[g] = self.rows(x)
    if self.norms[g].size(0) > 0:
      x = self.normed(x, g)
    made = annotate(List[Tensor], [])
    for w in self.groups[g]:
      if self.transposed[g]:
        w = w.t()
      made.append(torch.linear(x, w.to(F32)))
    for i in range(len(self.biases[g])):
      made[i] = made[i] + self.biases[g][i]
    self.watched_results[g] = self.rows(torch.cat(made, -1))
    return made

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
    uneven = torch.linalg_vector_norm(w, float("inf"), [1]) / torch.linalg_vector_norm(w, 2, [1])
    uneven = torch.nan_to_num(uneven.to(F32), 0., 0., 0.)
    most = torch.topk(uneven, (count + 1) // 2)[1]
    parts = [spread, most]
    for e in self.eos:
      if e < w.size(0):
        parts.append(torch.full([1], e, dtype=I64, device=w.device))
    return torch.cat(parts, 0).unsqueeze(0)

  # How far the 8-bit product of group g is from the results in float32: the largest distance of a row over its length.
  # Rows that are not finite in float32 do not count.
  # x: [N, in] the input, y: [N, out] the results, but for the factor; slices: equal parts of each product
  def loss_of_int8(self, g: int, x: Tensor, y: Tensor, factor: float, names: List[str], slices: int) -> float:
    y = y * factor
    if names[0] in self.input_factors:
      x = x / self.input_factors[names[0]]
    z = torch.cat(self.int8_products(x, g), -1)
    factors = annotate(List[Tensor], [])
    parts = self.parts[self.pack_of[g]]
    for i in range(len(names)):
      factors.append(self.times_output_factors(names[i], torch.ones([parts[i]], dtype=F32)))
    y = y * torch.cat(factors, 0)
    largest = 0.
    at = 0
    # Each product and slice by itself: a larger one would hide the loss of another.
    for i in range(len(names)):
      size = parts[i] // slices
      for j in range(slices):
        part = torch.narrow(y, -1, at, size)
        length = torch.linalg_vector_norm(part, 2, [-1])
        distance = torch.linalg_vector_norm(torch.narrow(z, -1, at, size) - part, 2, [-1]) / torch.clamp(length, 1e-30)
        distance = torch.where(torch.isfinite(length), torch.nan_to_num(distance, 1e30, 1e30), torch.zeros_like(length))
        largest = max(largest, float(torch.amax(distance)))
        at += size
    return largest
