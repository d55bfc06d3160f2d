# The number of a group without an 8-bit product.
NO_PACK = -1


  # Products in 8-bit integers. They are made of weights as they are stored, or stored by themselves, and they run on CPUs.
  input_step : float
  input_zero : int
  converted_together : int
  packs : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  parts : List[List[int]]
  pack_of : List[int]
  output_factors : Dict[str, Tensor]
  input_factors : Dict[str, Tensor]

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

  # -> the rows of a product's weights scaled to 127 levels, int8 [out, in], and the scales [out]
  # norm: what stands before the product, of size 0 for none
  def quantized(self, name: str, norm: Tensor, transposed: bool) -> Tuple[Tensor, Tensor]:
    w = self.oriented(name, transposed)
    q = torch.empty(w.size(), dtype=I8)
    scales = torch.empty([w.size(0)], dtype=F32)
    rows = max(1, self.converted_together // w.size(1))
    for begin in range(0, w.size(0), rows):
      end = min(w.size(0), begin + rows)
      v = torch.slice(w, 0, begin, end).to(F32)
      if norm.size(0) > 0:
        v = v * norm
      if name in self.input_factors:
        v = v * self.input_factors[name]
      largest = torch.maximum(torch.amax(v, [1], False), torch.neg(torch.amin(v, [1], False)))
      steps = torch.clamp(largest, 1e-12) / 127.
      scales[begin:end] = steps
      q[begin:end] = torch.round_(v / steps.unsqueeze(1))
    return (q, self.times_output_factors(name, scales))

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
    whole = parts[0]  # [out, in]
    if len(parts) > 1:
      whole = torch.cat(parts, 0)
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
