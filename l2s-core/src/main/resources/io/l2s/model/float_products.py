
  # Products in floating point, as models serve and train by. watched_products.py stands in place of this file where a
  # trial text runs through them.

  # The products of group g with x, normed first where the group has a norm.
  def float_products(self, x: Tensor, g: int) -> List[Tensor]:
    if self.norms[g].size(0) > 0:
      x = self.normed(x, g)
    made = [self.linear(x, w, self.transposed[g]) for w in self.groups[g]]
    for i in range(len(self.biases[g])):
      made[i] = made[i] + self.biases[g][i]
    return made

  # The only product of group g with x, which is normed without a mean, times `scale`; the group has no bias.
  def scaled_product(self, x: Tensor, g: int, scale: float) -> Tensor:
    return self.linear(self.norm(x, self.norms[g]) * scale, self.groups[g][0], self.transposed[g])
