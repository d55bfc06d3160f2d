
  # T5 (transformers: T5ForConditionalGeneration), both generations: relu with tied head, gated gelu with a head of its
  # own; relative positions, an RMS norm before each block.
  gated : bool
  activation : str
  output_scale : float
  buckets : int
  max_distance : int
  prompt_table : str
  answer_table : str

  def feed_forward(self, x: Tensor, g: int) -> Tensor:
    if self.activation == "relu" and not self.gated and self.pack_of[g] >= 0 and self.pack_of[g + 1] >= 0:
      # The factor passes through the relu, as it is not negative, and through the second product.
      z, inner = self.unscaled(self.rows(x), g, True)
      z, outer = self.unscaled(z, g + 1, False)
      return self.plus_scaled(x, z, inner * outer)
    y = self.products(x, g)
    inner = self.activated(y[0], self.activation)
    if self.gated:
      inner = inner * y[1]
    return self.add_product(x, self.apply_dropout(inner), g + 1)

  # relative: key position minus query position; returns the bucket of each (T5Attention._relative_position_bucket).
  def bucket(self, relative: Tensor, bidirectional: bool) -> Tensor:
    n = self.buckets
    offset = torch.zeros_like(relative)
    if bidirectional:
      n = n // 2
      offset = (relative > 0).to(I64) * n
      distance = torch.abs(relative)
    else:
      distance = torch.clamp(-relative, 0)
    exact = n // 2
    far = torch.log(torch.clamp(distance, 1).to(F32) / exact) / torch.log(float(self.max_distance) / float(exact)) * (n - exact)
    far = torch.clamp(exact + far.to(I64), 0, n - 1)
    return offset + torch.where(distance < exact, distance, far)

  # Contiguous, since attention falls back to a slower form for any other bias.
  # relative: [Q, keys] -> [1, H, Q, keys], by the first layer's table, which all layers share
  def position_bias(self, relative: Tensor, bidirectional: bool) -> Tensor:
    name = "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
    if bidirectional:
      name = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
    bias = torch.embedding(self.weights[name], self.bucket(relative, bidirectional))
    return bias.permute([2, 0, 1]).contiguous().unsqueeze(0)

  # ids: [..] -> [.., D]
  def embed(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weights[self.prompt_table], ids).to(F32)

  def answer_vectors(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weights[self.answer_table], ids).to(F32)

  # Relative positions are in the attention.
  def first_of_prompt(self, x: Tensor, positions: Tensor) -> Tensor:
    return x

  def first_of_answer(self, x: Tensor, positions: Tensor) -> Tensor:
    return x

  # Norms stand before the blocks.
  def after_block(self, x: Tensor, g: int) -> Tensor:
    return x

  # x: [.., D] after the last layer -> [.., D] after the final norm
  def encoded(self, x: Tensor) -> Tensor:
    return self.apply_dropout(self.norm(x, self.weights["encoder.final_layer_norm.weight"]))

  def head(self, x: Tensor) -> Tensor:
    g = self.head_group()
    if self.pack_of[g] >= 0:
      y, scale = self.unscaled(self.rows(x), g, False)
      return torch.mul_(y, scale).view(x.size()[0:-1] + [y.size(1)])
    return self.scaled_product(x, g, self.output_scale)

  # x: [M, D] after the last layer -> [M, D]
  def head_input(self, x: Tensor) -> Tensor:
    return self.apply_dropout(self.norm(x, self.norms[self.head_group()])) * self.output_scale
