
  # GPT-2 (transformers: GPT2LMHeadModel): learned positions, layer norms before each block, biases everywhere.
  # Groups of a layer: q k v | attention's output | inner | output of the feed-forward. Then the head.

  def head_group(self) -> int:
    return self.layers * 4

  # x: [.., D], positions: those of x without its last dimension, or the last of them
  def first(self, x: Tensor, positions: Tensor) -> Tensor:
    table = self.weights["wpe.weight"]
    if x.dim() == 2:
      # Rows that have ended are decoded on, beyond the last position.
      positions = torch.clamp(positions, 0, table.size(0) - 1)
    return x + torch.embedding(table, positions).to(F32)

  # Learned positions turn nothing.
  def rotation(self, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    return annotate(List[Tensor], [])

  # x: [.., D] -> q, k, v [.., D] each
  def queries_keys_values(self, x: Tensor, i: int, rotation: List[Tensor]) -> List[Tensor]:
    return torch.chunk(self.product(x, i * 4), 3, -1)

  # x: [.., D], a: [.., D] what the heads read -> [.., D] after the layer
  def after_attention(self, x: Tensor, a: Tensor, i: int) -> Tensor:
    x = self.add_product(x, a, i * 4 + 1)
    y = self.product(x, i * 4 + 2)
    return self.add_product(x, self.activated(y, self.activation), i * 4 + 3)
