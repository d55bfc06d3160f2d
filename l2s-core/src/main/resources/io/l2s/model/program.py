# All families share this file: weights and products. Behind it stand int8.py and int8_comparison.py for products in
# 8-bit integers, activation.py, decoder.py for running batches and loss.py, then float_products.py or
# watched_products.py for products in floating point, then the files of a family, and last matmul.py or
# matmul_onednn.py with `pack` and `multiply`.
# Activations are float32; only the products of `linear` run in the weights' own format.
# Names in capitals are constants: those declared in these files, and PyTorch's number formats.

class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  eps : float
  centered : bool
  eos : List[int]
  weights : Dict[str, Tensor]
  norms : List[Tensor]
  shifts : List[Tensor]
  groups : List[List[Tensor]]
  transposed : List[bool]
  biases : List[List[Tensor]]
  epsilon : List[Tensor]
  compute : int
  dropout : float

  # stored, wanted: number formats; F16 and BF16 come as bytes.
  def put(self, name: str, t: Tensor, stored: int, wanted: int) -> int:
    if stored != F32 and stored != I8:
      t = self.as_numbers(t, stored)
    if stored != wanted:
      t = t.to(wanted)
    self.weights[name] = t
    return 0

  # t: int8 [.., 2 * N], two bytes of each number -> [.., N] in the number format `form`, in the same memory
  def as_numbers(self, t: Tensor, form: int) -> Tensor:
    sizes = t.size()[0:-1] + [t.size(-1) // 2]
    strides = annotate(List[int], [])
    for i in range(len(sizes)):
      step = 1
      for size in sizes[i + 1:]:
        step = step * size
      strides.append(step)
    # The program has no view in another format, but a tensor may take over the memory of any other.
    return torch.set_(torch.empty([0], dtype=form, device=t.device), torch.as_strided(t, sizes, strides))

  def get(self, name: str) -> Tensor:
    return self.weights[name]

  # Makes a group of products that share an input, with the weights as they are; groups are numbered in the order in
  # which they are made.
  # norm, shift: names of the norm's weights before the products and of its bias, "" where there is none
  # biases: names of what is added to each product, "" where there is none
  # transposed: whether the weights are stored [in, out]
  def add_group(self, norm: str, shift: str, names: List[str], biases: List[str], transposed: bool) -> int:
    self.norms.append(self.named(norm))
    self.shifts.append(self.named(shift))
    self.groups.append([self.weights[n] for n in names])
    after = annotate(List[Tensor], [])
    for b in biases:
      if b != "":
        after.append(self.weights[b])
    self.biases.append(after)
    self.transposed.append(transposed)
    self.pack_of.append(NO_PACK)
    return 0

  def named(self, name: str) -> Tensor:
    if name == "":
      return torch.zeros([0])
    return self.weights[name]

  # Group g multiplies by its weights in a number format of floating point.
  # form: its code, 0 for that of the weights
  def bake_weights(self, g: int, names: List[str], biases: List[str], form: int) -> int:
    # A view made here would take no gradients. So the weights stay as they are stored.
    self.groups[g] = [self.pack(self.scaled_weights(n, self.transposed[g], form), self.transposed[g]) for n in names]
    after = annotate(List[Tensor], [])
    for i in range(len(biases)):
      if biases[i] != "":
        after.append(self.times_output_factors(names[i], self.weights[biases[i]]))
    self.biases[g] = after
    return 0

  # Frees stored weights once their product is made, so that they are not in memory twice.
  def free_weights(self, names: List[str]) -> int:
    for n in names:
      self.weights.pop(n)
    return 0

  # The weights of a product as [out, in]; stored 8-bit integers lie so already.
  def oriented(self, name: str, transposed: bool) -> Tensor:
    w = self.weights[name]
    if transposed and w.dtype != I8:
      return w.t()
    return w

  # Called when all groups are made. kept: names of the weights that are used outside of groups
  def keep_only(self, kept: List[str]) -> int:
    left = annotate(Dict[str, Tensor], {})
    for n in kept:
      left[n] = self.weights[n]
    self.weights = left
    self.output_factors = annotate(Dict[str, Tensor], {})
    self.input_factors = annotate(Dict[str, Tensor], {})
    return 0

  # Called when all groups are there, before anything runs. device_of: name of a weight on the device
  def place_epsilon(self, device_of: str) -> int:
    self.epsilon.append(torch.full([1], self.eps, dtype=F32, device=self.weights[device_of].device))
    return 0

  # x: [.., in], w: [out, in], or [in, out] if `transposed`, as `pack` gave it -> [.., out]
  def linear(self, x: Tensor, w: Tensor, transposed: bool) -> Tensor:
    if w.dtype == self.compute:
      return self.multiply(x, w, transposed)
    if transposed:
      w = w.t()
    # Weights in training stay float32, whatever they are multiplied in.
    if self.compute != F32:
      return torch.linear(x.to(self.compute), w.to(self.compute)).to(F32)
    return torch.linear(x.to(w.dtype), w).to(F32)

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return x * self.inverse_rms(x) * w

  # x normed as group g wants it
  def normed(self, x: Tensor, g: int) -> Tensor:
    if self.centered:
      return torch.layer_norm(x, [x.size(-1)], self.norms[g], self.shifts[g], self.eps)
    return self.norm(x, self.norms[g])

  # x: [.., D] -> [.., 1]
  def inverse_rms(self, x: Tensor) -> Tensor:
    length = torch.linalg_vector_norm(x, 2, [-1], True)
    return torch.rsqrt(torch.addcmul(self.epsilon[0], length, length, value=1. / x.size(-1)))

  # [B, S, D] or [N, D] -> [N, D]
  def rows(self, x: Tensor) -> Tensor:
    if x.dim() == 3:
      return x.reshape([-1, x.size(2)])
    return x

  # The engine copies the body of a method to each of its calls and compiles every copy. So callers share calls where they
  # can, above all of the methods below.

  # The products of group g with x, normed first where the group has a norm.
  def products(self, x: Tensor, g: int) -> List[Tensor]:
    if self.pack_of[g] >= 0:
      return self.int8_products(x, g)
    return self.float_products(x, g)

  def product(self, x: Tensor, g: int) -> Tensor:
    return self.products(x, g)[0]

  # x plus the product of group g with y; in training, with dropout of the product
  def add_product(self, x: Tensor, y: Tensor, g: int) -> Tensor:
    if self.pack_of[g] >= 0:
      z, scale = self.unscaled(self.rows(y), g, False)
      if len(self.biases[g]) > 0:
        x = x + self.biases[g][0]
      return self.plus_scaled(x, z, scale)
    return x + self.apply_dropout(self.float_products(y, g)[0])

  # p: of all later passes over whole sequences, 0 for none
  def set_dropout(self, p: float) -> int:
    self.dropout = p
    return 0

  def apply_dropout(self, x: Tensor) -> Tensor:
    if self.dropout > 0.:
      return torch.dropout(x, self.dropout, True)
    return x

  # [B, S, H*K] -> [B, H, S, K]
  def split_heads(self, x: Tensor, heads: int) -> Tensor:
    return x.view([x.size(0), x.size(1), heads, -1]).transpose(1, 2)

  # [B, H, S, K] -> [B, S, H*K]
  def merge_heads(self, x: Tensor) -> Tensor:
    return x.transpose(1, 2).reshape([x.size(0), x.size(2), -1])
