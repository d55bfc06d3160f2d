# P = fc2(relu(fc1(H))) (arXiv 2402.16844, section 3.2); without fc2 a linear map, without fc1 the features themselves.
# Beside it the adapter of the LLM's input embeddings, a linear map without bias.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  weights : Dict[str, Tensor]

  # stored, wanted: number formats; those other than F32 come as bytes.
  def put(self, name: str, t: Tensor, stored: int, wanted: int) -> int:
    if stored != F32:
      t = torch.view_copy(t, stored)
    if stored != wanted:
      t = t.to(wanted)
    self.weights[name] = t
    return 0

  def get(self, name: str) -> Tensor:
    return self.weights[name]

  # e: [B, S, llmEmbeddingWidth] -> [B, S, slmWidth]
  def adapt(self, e: Tensor) -> Tensor:
    return torch.linear(e, self.weights["embedding_adapter.weight"])

  # h: [B, S, llmWidth] -> [B, S, slmWidth]
  def project(self, h: Tensor) -> Tensor:
    if "fc1.weight" not in self.weights:
      return h
    x = torch.linear(h, self.weights["fc1.weight"], self.weights["fc1.bias"])
    if "fc2.weight" not in self.weights:
      return x
    return torch.linear(torch.relu(x), self.weights["fc2.weight"], self.weights["fc2.bias"])

  # Training differentiates only through this method: with `embeddings` it adapts them, else it projects h.
  def forward(self, h: Tensor, embeddings: Optional[Tensor]=None) -> Tensor:
    if embeddings is not None:
      return self.adapt(embeddings)
    return self.project(h)
