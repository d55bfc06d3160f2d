# All families share this file: weights, products and their number formats. The file of a family is put
# behind this one, and matmul.py or matmul_onednn.py with `pack` and `multiply` behind that.
# Activations are float32; only the products of `linear` run in the weights' own format.
# Names in capitals are constants: those declared in these files, and PyTorch's number formats.

# Added to the score of a position that must not be attended to.
MASKED = -1e9
# The token of a row whose logits are not finite.
NOT_FINITE = -1
# The number of a group without an 8-bit product.
NO_PACK = -1

class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  eps : float
  centered : bool
  eos : List[int]
  weights : Dict[str, Tensor]
  input_step : float
  input_zero : int
  norms : List[Tensor]
  shifts : List[Tensor]
  groups : List[List[Tensor]]
  transposed : List[bool]
  biases : List[List[Tensor]]
  packs : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  parts : List[List[int]]
  pack_of : List[int]
  output_factors : Dict[str, Tensor]
  input_factors : Dict[str, Tensor]
  watching : bool
  watched_inputs : List[Tensor]
  watched_results : List[Tensor]
  epsilon : List[Tensor]
  compute : int
  dropout : float

  # stored, wanted: number formats; F16 and BF16 come as bytes.
  def put(self, name: str, t: Tensor, stored: int, wanted: int) -> int:
    if stored != F32 and stored != I8:
      t = torch.view_copy(t, stored)
    if stored != wanted:
      t = t.to(wanted)
    self.weights[name] = t
    return 0

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
    self.watched_inputs.append(torch.zeros([0]))
    self.watched_results.append(torch.zeros([0]))
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

  # 8-bit products have one scale for all channels of a row, so that one large channel leaves few levels to the others.
  # This evens out the channels that `writer` makes and `reader` takes: each is multiplied by a power of two where it is
  # made, and its weights in `reader` are divided by that. The sizes of the weights show which channels are large.
  # norm: name of the norm's weights before `writer`, "" where there is none; gate: name of the weights whose activated
  # product the channels are multiplied by, "" where there are none; first: row of `writer` that makes the first channel
  # width: channels that are repeated together, `copies` times, 0 for all
  def equalize(self, writer: str, norm: str, gate: str, first: int, reader: str, transposed: bool, width: int, copies: int) -> int:
    reader_sizes = torch.linalg_vector_norm(self.oriented(reader, transposed).to(F32), 2, [0])  # [in]
    n = reader_sizes.size(0) // copies
    if width == 0:
      width = n
    reader_sizes = torch.linalg_vector_norm(reader_sizes.view([-1, copies, width]), 2, [1]).flatten()  # [n]
    all_sizes = self.row_sizes(writer, norm, transposed)  # [out]
    writer_sizes = torch.slice(all_sizes, 0, first, first + n)
    if gate != "":
      writer_sizes = writer_sizes * self.row_sizes(gate, norm, transposed)
    # Channels of zeros are no outliers in the other direction.
    reader_sizes = torch.maximum(reader_sizes, torch.amax(reader_sizes) * 1e-6)
    writer_sizes = torch.maximum(writer_sizes, torch.amax(writer_sizes) * 1e-6)
    factors = torch.exp2(torch.round_(torch.log2(reader_sizes / writer_sizes) * 0.5))
    factors = torch.where(torch.isfinite(factors), factors, torch.ones_like(factors))
    whole = torch.ones_like(all_sizes)
    whole[first:first + n] = factors
    self.output_factors[writer] = whole
    self.input_factors[reader] = (1. / factors).view([-1, 1, width]).expand([n // width, copies, width]).flatten()
    return 0

  # -> length of each row of the weights of a product behind a norm [out]
  def row_sizes(self, name: str, norm: str, transposed: bool) -> Tensor:
    w = self.oriented(name, transposed).to(F32)
    if norm != "":
      w = w * self.weights[norm]
    return torch.linalg_vector_norm(w, 2, [1])

  # x: [.., out] what product `name` makes -> what it makes with its channels evened out
  def times_output_factors(self, name: str, x: Tensor) -> Tensor:
    if name in self.output_factors:
      return x * self.output_factors[name]
    return x

  # The weights of a product with channels evened out, as they are stored; form: code of their number format, 0 for theirs
  def scaled_weights(self, name: str, transposed: bool, form: int) -> Tensor:
    w = self.weights[name]
    if form == 0:
      form = w.dtype
    if name in self.output_factors or name in self.input_factors:
      v = w.to(F32)
      if transposed:
        v = v.t()
      if name in self.input_factors:
        v = v * self.input_factors[name]
      if name in self.output_factors:
        v = v * self.output_factors[name].unsqueeze(1)
      w = v
      if transposed:
        w = v.t()
    if w.dtype == form:
      return w
    return w.to(form)

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

  # -> the rows of a product's weights scaled to 127 levels, int8 [out, in], and the scales [out]
  # norm: what stands before the product, of size 0 for none
  def quantized(self, name: str, norm: Tensor, transposed: bool) -> Tuple[Tensor, Tensor]:
    w = self.oriented(name, transposed).to(F32)
    if norm.size(0) > 0:
      w = w * norm
    if name in self.input_factors:
      w = w * self.input_factors[name]
    largest = torch.maximum(torch.amax(w, [1], False), torch.neg(torch.amin(w, [1], False)))
    scales = torch.clamp(largest, 1e-12) / 127.
    return (torch.round_(w / scales.unsqueeze(1)).to(I8), self.times_output_factors(name, scales))

  # For storing: name of a weight and of the norm before it, or of none -> int8 [out, in], scales [out]
  def rounded(self, name: str, norm: str, factor: float, transposed: bool) -> List[Tensor]:
    before = self.named(norm)
    if norm != "":
      before = before.to(F32) * factor
    q, s = self.quantized(name, before, transposed)
    return [q, s]

  # For storing: names of a weight, of the bias of the norm before it and of its own bias, "" where there is none -> what
  # is added to the product of an input that was neither scaled nor shifted by the norm [out]
  def folded_bias(self, name: str, shift: str, bias: str, transposed: bool) -> List[Tensor]:
    w = self.oriented(name, transposed)
    whole = torch.zeros([w.size(0)], dtype=F32)
    # Stored 8-bit integers have it in the product's own bias.
    if shift != "" and w.dtype != I8:
      whole = torch.mv(w.to(F32), self.weights[shift].to(F32))
    if bias != "":
      whole = whole + self.weights[bias]
    return [self.times_output_factors(name, whole)]

  # For storing: the bytes of a weight that is not rounded, in the number format `form`, [out, in * bytes of a number]
  def unrounded(self, name: str, transposed: bool, form: int) -> List[Tensor]:
    w = self.scaled_weights(name, transposed, form)
    if transposed:
      w = w.t()
    return [torch.view_copy(w.contiguous(), I8)]

  # Makes one 8-bit product of group g, the norm's weights multiplied in and its bias added to the products' own.
  # norm, shift, biases: names as `group` takes them; factor: what the products are multiplied by besides
  def pack_int8(self, g: int, norm: str, shift: str, factor: float, names: List[str], biases: List[str]) -> int:
    parts = annotate(List[Tensor], [])
    part_scales = annotate(List[Tensor], [])
    sizes = annotate(List[int], [])
    added = annotate(List[Tensor], [])
    for i in range(len(names)):
      w = self.weights[names[i]]
      if w.dtype == I8:
        # Stored so, with its scales, the norm multiplied in.
        parts.append(w)
        part_scales.append(self.weights[names[i] + "_scale"])
      else:
        made = self.rounded(names[i], norm, factor, self.transposed[g])
        parts.append(made[0])
        part_scales.append(made[1])
      sizes.append(parts[i].size(0))
      if biases[i] != "" or (shift != "" and w.dtype != I8):
        added.append(self.folded_bias(names[i], shift, biases[i], self.transposed[g])[0])
    whole = torch.cat(parts, 0)  # [out, in]
    scales = torch.cat(part_scales, 0)
    per_row = torch._make_per_channel_quantized_tensor(whole, scales.to(F64), torch.zeros_like(scales).to(I64), 0)
    self.pack_of[g] = len(self.packs)
    self.packs.append(ops.quantized.linear_prepack(per_row, None))
    self.parts.append(sizes)
    self.groups[g] = annotate(List[Tensor], [])
    self.biases[g] = annotate(List[Tensor], [])
    if len(added) > 0:
      self.biases[g] = [torch.cat(added, -1)]
    return 0

  # Takes the 8-bit product of group g, the last one made, away again.
  def unpack(self, g: int) -> int:
    self.packs.pop()
    self.parts.pop()
    self.pack_of[g] = NO_PACK
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

  # The product takes its input in 256 levels from -1 to 1, or in 128. So each row is divided by its largest magnitude, and no row
  # depends on the others of its batch. A row with a number that is not finite gives no finite one, by its factor. A row
  # of zeros, divided by zero, gives some finite number, and zero by its factor.
  # x: [N, in] -> the 8-bit product of group g [N, out], to be multiplied by the second result [N, 1]
  def unscaled(self, x: Tensor, g: int, relu: bool) -> Tuple[Tensor, Tensor]:
    if self.centered and self.norms[g].size(0) > 0:
      x = x - torch.mean(x, [-1], True)
    largest = torch.amax(torch.abs(x), [-1], True)
    y = torch.div(x, largest)
    pack = self.packs[self.pack_of[g]]
    if relu:
      y = ops.quantized.linear_with_input_q_dq_qweight_dq_relu_output_fp32(y, self.input_step, self.input_zero, pack)
    else:
      y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(y, self.input_step, self.input_zero, pack)
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
    parts = self.parts[self.pack_of[g]]
    if len(parts) == 1:
      return [y]
    return torch.split_with_sizes(y, parts, -1)

  # The products of group g with x, normed first where the group has a norm.
  def products(self, x: Tensor, g: int) -> List[Tensor]:
    if self.pack_of[g] >= 0:
      return self.int8_products(x, g)
    if self.watching:
      return self.watched_products(x, g)
    if self.norms[g].size(0) > 0:
      x = self.normed(x, g)
    made = [self.linear(x, w, self.transposed[g]) for w in self.groups[g]]
    for i in range(len(self.biases[g])):
      made[i] = made[i] + self.biases[g][i]
    return made

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

  def watch(self) -> int:
    self.watching = True
    return 0

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
  # x: [N, in] the input, y: [N, out] the results, but for the factor
  def loss_of_int8(self, g: int, x: Tensor, y: Tensor, factor: float, names: List[str]) -> float:
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
    # Each product by itself: a larger one would hide the loss of another.
    for i in range(len(names)):
      part = torch.narrow(y, -1, at, parts[i])
      length = torch.linalg_vector_norm(part, 2, [-1])
      distance = torch.linalg_vector_norm(torch.narrow(z, -1, at, parts[i]) - part, 2, [-1]) / torch.clamp(length, 1e-30)
      distance = torch.where(torch.isfinite(length), torch.nan_to_num(distance, 1e30, 1e30), torch.zeros_like(length))
      largest = max(largest, float(torch.amax(distance)))
      at += parts[i]
    return largest

  def product(self, x: Tensor, g: int) -> Tensor:
    return self.products(x, g)[0]

  # x plus the product of group g with y; in training, with dropout of the product
  def add_product(self, x: Tensor, y: Tensor, g: int) -> Tensor:
    if self.pack_of[g] >= 0:
      z, scale = self.unscaled(self.rows(y), g, False)
      if len(self.biases[g]) > 0:
        x = x + self.biases[g][0]
      return self.plus_scaled(x, z, scale)
    return x + self.apply_dropout(self.product(y, g))

  # p: of all later passes over whole sequences, 0 for none
  def set_dropout(self, p: float) -> int:
    self.dropout = p
    return 0

  def apply_dropout(self, x: Tensor) -> Tensor:
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
    assert activation == "linear", "unknown activation " + activation
    return x

  # [B, S, H*K] -> [B, H, S, K]
  def split_heads(self, x: Tensor, heads: int) -> Tensor:
    return x.view([x.size(0), x.size(1), heads, -1]).transpose(1, 2)

  # [B, H, S, K] -> [B, S, H*K]
  def merge_heads(self, x: Tensor) -> Tensor:
    return x.transpose(1, 2).reshape([x.size(0), x.size(2), -1])

  # The keys and values of the first rows, layer by layer: [B, heads, T, K] each.
  def by_layer(self, cache: Tensor, rows: int) -> List[Tensor]:
    return torch.unbind(cache[:, 0:rows], 0)

  # Mean over the tokens that there are of the negative log-likelihood, smoothed (torch.nn.CrossEntropyLoss). Nothing in
  # training is as large as the logits. So their gradient, the softmax less the smoothed target, is made by hand, over
  # the log-likelihoods, and held fast: the gradient of sum(x * (slope w)) by x and that of sum(w * (slope^T x)) by w
  # are the loss's. `sum - sum.detach()` is zero and lets them through.
  # x: [M, D] normed vectors, ids: [M, 1] their targets, g: group of the head, whose bias takes no gradient
  def cross_entropy(self, x: Tensor, ids: Tensor, g: int, smoothing: float) -> Tensor:
    w = self.groups[g][0]  # [V, D]
    logits = self.linear(x.detach(), w.detach(), False)
    if len(self.biases[g]) > 0:
      logits = logits + self.biases[g][0]
    likelihoods = torch.log_softmax(logits, 1)  # [M, V]
    own = torch.gather(likelihoods, 1, ids)  # [M, 1]
    loss = torch.mean(own) * (smoothing - 1.) - torch.mean(likelihoods) * smoothing
    if not x.requires_grad:
      return loss
    slope = torch.sub_(torch.exp_(likelihoods), smoothing / w.size(0))  # [M, V]
    torch.scatter_add_(slope, 1, ids, torch.full_like(own, smoothing - 1.))
    sum = torch.sum(x * self.linear(slope, w.detach().t(), False))
    if w.requires_grad:
      sum = sum + torch.sum(w * self.linear(slope.t(), x.detach().t(), False))
    sum = sum / ids.size(0)
    return sum - sum.detach() + loss

