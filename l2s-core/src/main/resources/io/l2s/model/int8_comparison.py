
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
