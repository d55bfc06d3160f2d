
  # BART (transformers: BartForConditionalGeneration): learned positions, a layer norm behind each block and behind the
  # embeddings, biases everywhere.
  activation : str
  embed_scale : float
  prompt_table : str
  answer_table : str
  block_norms : List[List[Tensor]]

  # Called when all weights are there. names: of each group the norm behind it, "" where there is none
  def set_block_norms(self, names: List[str]) -> int:
    for name in names:
      norm = annotate(List[Tensor], [])
      if name != "":
        norm = [self.weights[name + ".weight"], self.weights[name + ".bias"]]
      self.block_norms.append(norm)
    return 0

  def layer_norm(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], weight, bias, self.eps)

  # ids: [..] -> [.., D]
  def embed(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weights[self.prompt_table], ids).to(F32) * self.embed_scale

  def answer_vectors(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weights[self.answer_table], ids).to(F32) * self.embed_scale

  # The first two rows of the tables serve no position.
  # x: [.., D], positions: those of x without its last dimension, or the last of them -> [.., D]
  def first_of_prompt(self, x: Tensor, positions: Tensor) -> Tensor:
    x = x + torch.embedding(self.weights["encoder.embed_positions.weight"], positions + 2).to(F32)
    weight = self.weights["encoder.layernorm_embedding.weight"]
    return self.layer_norm(x, weight, self.weights["encoder.layernorm_embedding.bias"])

  def first_of_answer(self, x: Tensor, positions: Tensor) -> Tensor:
    x = x + torch.embedding(self.weights["decoder.embed_positions.weight"], positions + 2).to(F32)
    weight = self.weights["decoder.layernorm_embedding.weight"]
    return self.layer_norm(x, weight, self.weights["decoder.layernorm_embedding.bias"])

  # BART adds learned positions to the input vectors, so attention needs no bias.
  # relative: [Q, keys] -> [1, 1, 1, keys]
  def position_bias(self, relative: Tensor, bidirectional: bool) -> Tensor:
    return torch.zeros([1, 1, 1, relative.size(1)], dtype=F32, device=relative.device)

  def after_block(self, x: Tensor, g: int) -> Tensor:
    return self.layer_norm(x, self.block_norms[g][0], self.block_norms[g][1])

  def feed_forward(self, x: Tensor, g: int) -> Tensor:
    y = self.activated(self.product(x, g), self.activation)
    return self.after_block(self.add_product(x, y, g + 1), g + 1)

  # The last layer ends with a norm.
  def encoded(self, x: Tensor) -> Tensor:
    return x

  def head(self, x: Tensor) -> Tensor:
    return self.product(x, self.head_group())

  def head_input(self, x: Tensor) -> Tensor:
    return x
