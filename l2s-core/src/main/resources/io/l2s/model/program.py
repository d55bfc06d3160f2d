# What the programs of all families share: weights, products and their number formats. The file of a family is put
# behind this one, and matmul.py or matmul_onednn.py with `pack` and `multiply` behind that.
# Activations are float32; only the products of `lin` run in the weights' own format.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  eps : float
  centred : bool
  eos : List[int]
  weights : Dict[str, Tensor]
  int8 : bool
  reduce_range : bool
  norms : List[Tensor]
  shifts : List[Tensor]
  groups : List[List[Tensor]]
  flips : List[bool]
  biases : List[List[Tensor]]
  packs : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  parts : List[List[int]]
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
  # norm, shift: names of the norm's weights before the products and of its bias, "" where there is none
  # factor: what 8-bit products are multiplied by besides
  # biases: names of what is added to each product, "" where there is none
  # transposed: whether the weights are stored [in, out]
  # kept: whether the weights are used as they are, too
  def group(self, norm: str, shift: str, factor: float, names: List[str], biases: List[str], transposed: bool, kept: bool) -> int:
    before = torch.zeros([0])
    added = torch.zeros([0])
    if norm != "":
      before = self.weights[norm]
    if shift != "":
      added = self.weights[shift]
    after = annotate(List[Tensor], [])
    for b in biases:
      if b != "":
        after.append(self.weights[b])
    if self.int8:
      if norm != "":
        before = before * factor
      self.pack_int8(before, added, names, [self.oriented(n, transposed) for n in names], after)
    else:
      # A view made here would take no gradients. So the weights stay as they are stored.
      self.groups.append([self.pack(self.weights[n], transposed) for n in names])
      self.biases.append(after)
      self.flips.append(transposed)
    self.norms.append(before)
    self.shifts.append(added)
    # Not all weights are there twice at any time.
    if not kept:
      for n in names:
        self.weights.pop(n)
    return 0

  # The weights of a product as [out, in]; stored 8-bit integers lie so already.
  def oriented(self, name: str, transposed: bool) -> Tensor:
    w = self.weights[name]
    if transposed and w.dtype != 1:
      return w.t()
    return w

  # Called when all groups are made. kept: names of the weights that are used outside of groups
  def ready(self, kept: List[str]) -> int:
    left = annotate(Dict[str, Tensor], {})
    for n in kept:
      left[n] = self.weights[n]
    self.weights = left
    self.epsilon.append(torch.full([1], self.eps, dtype=6, device=self.weights[kept[0]].device))
    return 0

  # w: [out, in] -> its rows scaled to 127 levels, int8 [out, in], and the scales [out]; in portions, as what is between
  # takes three times four bytes a weight
  def quantised(self, norm: Tensor, w: Tensor) -> Tuple[Tensor, Tensor]:
    size = max(1, 524288 // w.size(1))
    if w.size(0) <= size:
      return self.quantised_rows(norm, w)
    whole = torch.empty([w.size(0), w.size(1)], dtype=1)
    scales = annotate(List[Tensor], [])
    for begin in range(0, w.size(0), size):
      q, s = self.quantised_rows(norm, w[begin:begin + size])
      whole[begin:begin + size] = q
      scales.append(s)
    return (whole, torch.cat(scales, 0))

  def quantised_rows(self, norm: Tensor, w: Tensor) -> Tuple[Tensor, Tensor]:
    w = w.to(6)
    if norm.size(0) > 0:
      w = w * norm
    largest = torch.maximum(torch.amax(w, [1], False), torch.neg(torch.amin(w, [1], False)))
    scales = torch.clamp(largest, 1e-12) / 127.
    return (torch.round_(w / scales.unsqueeze(1)).to(1), scales)

  # For storing: name of a weight and of the norm before it, or of none -> int8 [out, in], scales [out]
  def rounded(self, name: str, norm: str, factor: float, transposed: bool) -> List[Tensor]:
    before = torch.zeros([0])
    if norm != "":
      before = self.weights[norm].to(6) * factor
    q, s = self.quantised(before, self.oriented(name, transposed))
    return [q, s]

  # For storing: names of a weight, of the bias of the norm before it and of its own bias, "" where there is none -> what
  # is added to the product of an input that was neither scaled nor shifted by the norm [out]
  def folded(self, name: str, shift: str, bias: str, transposed: bool) -> List[Tensor]:
    w = self.oriented(name, transposed)
    whole = torch.zeros([w.size(0)], dtype=6)
    if shift != "":
      whole = torch.mv(w.to(6), self.weights[shift].to(6))
    if bias != "":
      whole = whole + self.weights[bias]
    return [whole]

  # One product for the whole group, the norm's weights multiplied in and its bias added to the products' own. Two
  # columns of zeros meet the two columns that `buffer` adds to the rows.
  def pack_int8(self, norm: Tensor, shift: Tensor, names: List[str], weights: List[Tensor], biases: List[Tensor]) -> int:
    parts = annotate(List[Tensor], [])
    part_scales = annotate(List[Tensor], [])
    sizes = annotate(List[int], [])
    shifted = annotate(List[Tensor], [])
    for i in range(len(names)):
      w = weights[i]
      sizes.append(w.size(0))
      if w.dtype == 1:
        # Stored so, with its scales, the norm multiplied in and its bias in the product's own.
        parts.append(w)
        part_scales.append(self.weights[names[i] + "_scale"])
      else:
        q, s = self.quantised(norm, w)
        parts.append(q)
        part_scales.append(s)
        if shift.size(0) > 0:
          shifted.append(torch.mv(w.to(6), shift))
    whole = parts.pop()  # [out, in]
    if len(parts) > 0:
      parts.append(whole)
      whole = torch.cat(parts, 0)
    parts = annotate(List[Tensor], [])
    scales = torch.cat(part_scales, 0)
    padded = torch.constant_pad_nd(whole, [0, 2])
    per_row = torch._make_per_channel_quantized_tensor(padded, scales.to(7), torch.zeros_like(scales).to(4), 0)
    self.packs.append(ops.quantized.linear_prepack(per_row, None))
    self.parts.append(sizes)
    added = annotate(List[Tensor], [])
    if len(biases) > 0:
      added.append(torch.cat(biases, 0))
    if len(shifted) > 0:
      more = torch.cat(shifted, 0)
      if len(added) > 0:
        more = more + added.pop()
      added.append(more)
    self.biases.append(added)
    return 0

  # x: [.., in], w: [out, in], or [in, out] if `flipped`, as `pack` gave it -> [.., out]
  def lin(self, x: Tensor, w: Tensor, flipped: bool) -> Tensor:
    if w.dtype == self.compute:
      return self.multiply(x, w, flipped)
    if flipped:
      w = w.t()
    # Weights in training stay float32, whatever they are multiplied in.
    if self.compute != 6:
      return torch.linear(x.to(self.compute), w.to(self.compute)).to(6)
    return torch.linear(x.to(w.dtype), w).to(6)

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return x * self.inverse_rms(x) * w

  # x normed as group g wants it
  def normed(self, x: Tensor, g: int) -> Tensor:
    if self.centred:
      return torch.layer_norm(x, [x.size(-1)], self.norms[g], self.shifts[g], self.eps)
    return self.norm(x, self.norms[g])

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
    if self.centred and self.norms[g].size(0) > 0:
      x = x - torch.mean(x, [-1], True)
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

  # z, each row of it times its scale, plus the biases of group g; z [N, D], scale [N, 1]
  def scaled(self, z: Tensor, scale: Tensor, g: int) -> Tensor:
    if len(self.biases[g]) > 0:
      return torch.addcmul(self.biases[g][0], z, scale)
    return torch.mul_(z, scale)

  # x plus z, each row of it times its scale; x as it is, z [N, D], scale [N, 1]
  def plus_scaled(self, x: Tensor, z: Tensor, scale: Tensor) -> Tensor:
    if x.dim() == 3:
      return torch.addcmul(self.rows(x), z, scale).view(x.size())
    return torch.addcmul(x, z, scale)

  def int8_products(self, x: Tensor, g: int) -> List[Tensor]:
    y, scale = self.unscaled(self.rows(x), g, False)
    y = self.scaled(y, scale, g).view(x.size()[0:-1] + [-1])
    if len(self.parts[g]) == 1:
      return [y]
    return torch.split_with_sizes(y, self.parts[g], -1)

  # The products of group g with x, normed first where the group has a norm.
  def products(self, x: Tensor, g: int) -> List[Tensor]:
    if self.int8:
      return self.int8_products(x, g)
    if self.norms[g].size(0) > 0:
      x = self.normed(x, g)
    made = [self.lin(x, w, self.flips[g]) for w in self.groups[g]]
    for i in range(len(self.biases[g])):
      made[i] = made[i] + self.biases[g][i]
    return made

  def product(self, x: Tensor, g: int) -> Tensor:
    return self.products(x, g)[0]

  # x plus the product of group g with y; in training, with dropout of the product
  def plus(self, x: Tensor, y: Tensor, g: int) -> Tensor:
    if self.int8:
      z, scale = self.unscaled(self.rows(y), g, False)
      if len(self.biases[g]) > 0:
        x = x + self.biases[g][0]
      return self.plus_scaled(x, z, scale)
    return x + self.drop(self.product(y, g))

  # p: of all later passes over whole sequences, 0 for none
  def drop_out(self, p: float) -> int:
    self.dropout = p
    return 0

  def drop(self, x: Tensor) -> Tensor:
    if self.dropout > 0.:
      return torch.dropout(x, self.dropout, True)
    return x

  def activated(self, x: Tensor, activation: str) -> Tensor:
    if activation == "silu":
      return torch.silu(x)
    if activation == "relu":
      return torch.relu(x)
    if activation == "gelu":
      return torch.gelu(x)
    if activation == "gelu_tanh":
      return torch.gelu(x, approximate="tanh")
    return self.rarely_activated(x, activation)

  def rarely_activated(self, x: Tensor, activation: str) -> Tensor:
    if activation == "gelu_10":
      return torch.clamp(torch.gelu(x), -10., 10.)
    if activation == "quick_gelu":
      return x * torch.sigmoid(x * 1.702)
    if activation == "relu2":
      return torch.square(torch.relu(x))
    if activation == "relu6":
      return torch.clamp(x, 0., 6.)
    if activation == "leaky_relu":
      return torch.leaky_relu(x, 0.01)
    if activation == "hardswish":
      return torch.hardswish(x)
    if activation == "mish":
      return torch.mish(x)
    if activation == "sigmoid":
      return torch.sigmoid(x)
    if activation == "tanh":
      return torch.tanh(x)
    return x

  # Mean over the tokens that there are of the negative log-likelihood, smoothed (torch.nn.CrossEntropyLoss). Nothing in
  # training is as large as the logits. So their gradient, the softmax less the smoothed target, is made by hand, over
  # the log-likelihoods, and held fast: the gradient of sum(x * (slope w)) by x and that of sum(w * (slope^T x)) by w
  # are the loss's. `sum - sum.detach()` is zero and lets them through.
  # x: [M, D] normed vectors, ids: [M, 1] their targets, g: group of the head, whose bias takes no gradient
  def cross_entropy(self, x: Tensor, ids: Tensor, g: int, smoothing: float) -> Tensor:
    w = self.groups[g][0]  # [V, D]
    logits = self.lin(x.detach(), w.detach(), False)
    if len(self.biases[g]) > 0:
      logits = logits + self.biases[g][0]
    likelihoods = torch.log_softmax(logits, 1)  # [M, V]
    own = torch.gather(likelihoods, 1, ids)  # [M, 1]
    loss = torch.mean(own) * (smoothing - 1.) - torch.mean(likelihoods) * smoothing
    if not x.requires_grad:
      return loss
    slope = torch.sub_(torch.exp_(likelihoods), smoothing / w.size(0))  # [M, V]
    torch.scatter_add_(slope, 1, ids, torch.full_like(own, smoothing - 1.))
    sum = torch.sum(x * self.lin(slope, w.detach().t(), False))
    if w.requires_grad:
      sum = sum + torch.sum(w * self.lin(slope.t(), x.detach().t(), False))
    sum = sum / ids.size(0)
    return sum - sum.detach() + loss

