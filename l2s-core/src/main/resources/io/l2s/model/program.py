# What the programs of all families share: weights, products and their number formats. The file of a family is put
# behind this one, and matmul.py or matmul_onednn.py with `pack` and `multiply` behind that.
# Activations are float32; only the products of `lin` run in the weights' own format.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  eps : float
  eos : List[int]
  weights : Dict[str, Tensor]
  int8 : bool
  reduce_range : bool
  norms : List[Tensor]
  groups : List[List[Tensor]]
  packs : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  parts : List[int]
  room : Dict[int, Tensor]
  epsilon : List[Tensor]
  compute : int
  dropout : float

  # stored, wanted: codes of number formats (1 int8, 5 f16, 6 f32, 15 bf16); f16 and bf16 come as bytes.
  def put(self, name: str, t: Tensor, stored: int, wanted: int) -> int:
    if stored != 6 and stored != 1:
      t = torch.view_copy(t, stored)
    if stored != wanted:
      t = t.to(wanted)
    self.weights[name] = t
    return 0

  def get(self, name: str) -> Tensor:
    return self.weights[name]

  # Makes a group of products that share an input; groups are numbered in the order in which they are made.
  # norm: name of the norm before the products, "" where there is none; factor: what 8-bit products are multiplied by
  # besides; kept: whether the weights are used as they are, too
  def group(self, norm: str, factor: float, names: List[str], kept: bool) -> int:
    before = torch.zeros([0])
    if norm != "":
      before = self.weights[norm]
      if self.int8:
        before = before * factor
    self.norms.append(before)
    if self.int8:
      self.pack_int8(before, names)
    else:
      self.groups.append([self.pack(self.weights[n]) for n in names])
    # Not all weights are there twice at any time.
    if not kept:
      for n in names:
        self.weights.pop(n)
    return 0

  # Called when all groups are made. kept: names of the weights that are used outside of groups
  def ready(self, kept: List[str]) -> int:
    left = annotate(Dict[str, Tensor], {})
    for n in kept:
      left[n] = self.weights[n]
    self.weights = left
    self.epsilon.append(torch.full([1], self.eps, dtype=6, device=self.weights[kept[0]].device))
    return 0

  # w: [out, in] -> its rows scaled to 127 levels, int8 [out, in], and the scales [out]
  def quantised(self, norm: Tensor, w: Tensor) -> Tuple[Tensor, Tensor]:
    w = w.to(6)
    if norm.size(0) > 0:
      w = w * norm
    largest = torch.maximum(torch.amax(w, [1], False), torch.neg(torch.amin(w, [1], False)))
    scales = torch.clamp(largest, 1e-12) / 127.
    return (torch.round_(w / scales.unsqueeze(1)).to(1), scales)

  # For storing: name of a weight and of the norm before it, or of none -> int8 [out, in], scales [out]
  def rounded(self, name: str, norm: str, factor: float) -> List[Tensor]:
    before = torch.zeros([0])
    if norm != "":
      before = self.weights[norm].to(6) * factor
    q, s = self.quantised(before, self.weights[name])
    return [q, s]

  # One product for the whole group, the norm's weights multiplied in. Two columns of zeros meet the two columns that
  # `buffer` adds to the rows.
  def pack_int8(self, norm: Tensor, names: List[str]) -> int:
    parts = annotate(List[Tensor], [])
    part_scales = annotate(List[Tensor], [])
    for n in names:
      w = self.weights[n]
      if w.dtype == 1:
        # Stored so, with its scales, the norm multiplied in.
        parts.append(w)
        part_scales.append(self.weights[n + "_scale"])
      else:
        q, s = self.quantised(norm, w)
        parts.append(q)
        part_scales.append(s)
    whole = torch.cat(parts, 0)  # [out, in]
    scales = torch.cat(part_scales, 0)
    padded = torch.constant_pad_nd(whole, [0, 2])
    per_row = torch._make_per_channel_quantized_tensor(padded, scales.to(7), torch.zeros_like(scales).to(4), 0)
    self.packs.append(ops.quantized.linear_prepack(per_row, None))
    self.parts.append(len(names))
    return 0

  def lin(self, x: Tensor, w: Tensor) -> Tensor:
    if w.dtype == self.compute:
      return self.multiply(x, w)
    # Weights in training stay float32, whatever they are multiplied in.
    if self.compute != 6:
      return torch.linear(x.to(self.compute), w.to(self.compute)).to(6)
    return torch.linear(x.to(w.dtype), w).to(6)

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return x * self.inverse_rms(x) * w

  # A [N, in + 2] with 1 and -1 behind the columns that the caller fills; kept for use in every step.
  def buffer(self, rows: int, width: int) -> Tensor:
    key = rows * 16777216 + width
    if rows <= 64 and key in self.room:
      return self.room[key]
    y = torch.ones([rows, width + 2], dtype=6)
    y[:, width + 1] = -1.
    if rows <= 64:
      self.room[key] = y
    return y

  # x: [.., D] -> [.., 1]
  def inverse_rms(self, x: Tensor) -> Tensor:
    length = torch.linalg_vector_norm(x, 2, [-1], True)
    return torch.rsqrt(torch.addcmul(self.epsilon[0], length, length, value=1. / x.size(-1)))

  # The product quantises its input by the bounds of the whole batch. So rows are divided each by its largest magnitude
  # and carry 1 and -1 as well: the bounds are the same however many rows share the batch, and no row spoils another.
  # A row with a number that is not finite gives no finite one, by its factor; a row of zeros divided by zero is zeros.
  # x: [N, in] -> the product of group g [N, out], to be multiplied by the second result [N, 1]
  def unscaled(self, x: Tensor, g: int, relu: bool) -> Tuple[Tensor, Tensor]:
    rows = x.size(0)
    width = x.size(1)
    largest = torch.amax(torch.abs(x), [-1], True)
    y = self.buffer(rows, width)
    torch.nan_to_num_(torch.div(x, largest, out=torch.narrow(y, 1, 0, width)), 0.)
    if relu:
      y = ops.quantized.linear_relu_dynamic(y, self.packs[g], self.reduce_range)
    else:
      y = ops.quantized.linear_dynamic(y, self.packs[g], self.reduce_range)
    if self.norms[g].size(0) > 0:
      return (y, largest * self.inverse_rms(x))
    return (y, largest)

  # [B, S, D] or [N, D] -> [N, D]
  def rows(self, x: Tensor) -> Tensor:
    if x.dim() == 3:
      return x.reshape([-1, x.size(2)])
    return x

  # x plus z, each row of it times its scale; x as it is, z [N, D], scale [N, 1]
  def plus_scaled(self, x: Tensor, z: Tensor, scale: Tensor) -> Tensor:
    if x.dim() == 3:
      return torch.addcmul(self.rows(x), z, scale).view(x.size())
    return torch.addcmul(x, z, scale)

  def int8_products(self, x: Tensor, g: int) -> List[Tensor]:
    y, scale = self.unscaled(self.rows(x), g, False)
    y = torch.mul_(y, scale)
    if self.parts[g] == 1:
      return [y.view(x.size()[0:-1] + [-1])]
    return torch.unbind(y.view(x.size()[0:-1] + [self.parts[g], -1]), -2)

  # The products of group g with x, normed first where the group has a norm.
  def products(self, x: Tensor, g: int) -> List[Tensor]:
    if self.int8:
      return self.int8_products(x, g)
    n = self.norms[g]
    if n.size(0) > 0:
      x = self.norm(x, n)
    return [self.lin(x, w) for w in self.groups[g]]

  def product(self, x: Tensor, g: int) -> Tensor:
    return self.products(x, g)[0]

  # x plus the product of group g with y
  def plus(self, x: Tensor, y: Tensor, g: int) -> Tensor:
    if self.int8:
      z, scale = self.unscaled(self.rows(y), g, False)
      return self.plus_scaled(x, z, scale)
    return x + self.product(y, g)

  # p: of all later passes over whole sequences, 0 for none
  def drop_out(self, p: float) -> int:
    self.dropout = p
    return 0

  def drop(self, x: Tensor) -> Tensor:
    if self.dropout > 0.:
      return torch.dropout(x, self.dropout, True)
    return x

  # As `plus`, with dropout of the product in training.
  def residual(self, x: Tensor, y: Tensor, g: int) -> Tensor:
    if self.dropout > 0.:
      return x + self.drop(self.product(y, g))
    return self.plus(x, y, g)

