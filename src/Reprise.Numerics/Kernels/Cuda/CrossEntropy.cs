namespace Reprise.Numerics.Cuda;

// The logits come in slices of tokens, so that a slice's product, softmax and gradient follow each other closely.
internal sealed unsafe partial class CudaKernels
{
    private const int UsualSliceElements = 12 << 20;
    private const int KeptBytes = 100 * 1024; // of shared memory for a row, so that two blocks fit onto a multiprocessor
    private const int SoftmaxThreads = 512;

    // The logits of a slice; the variable is for tuning a GPU (docs/gpu.md).
    private static readonly int SliceElements =
        int.TryParse(Environment.GetEnvironmentVariable("REPRISE_CUDA_SLICE"), out int elements) && elements > 0
            ? elements
            : UsualSliceElements;

    /// <inheritdoc/>
    public void CrossEntropy(
        Tensor<float> nll_N, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N)
    {
        Shapes.CrossEntropy(nll_N, x_NI, weight_VI, bias_V, targets_N);
        Slices slices = Score(x_NI, weight_VI, bias_V);
        _queue.Reserve((long)targets_N.Length * sizeof(int));
        nint targets = (nint)_queue.Stage(targets_N);
        foreach (Slice slice in slices)
        {
            CrossEntropyArguments arguments = ArgumentsOf(slice, weight_VI.Rows);
            arguments.Nll = At(nll_N) + (slice.First * sizeof(float));
            arguments.Targets = targets + (slice.First * sizeof(int));
            Softmax(CudaFunction.cross_entropy, slice.Rows, arguments);
        }
    }

    /// <inheritdoc/>
    public void CrossEntropyWithGradient(
        Tensor<float> nll_N, Tensor<float> dx_NI, Tensor<float> dWeight_VI, Tensor<float> dBias_V,
        Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N, float scale)
    {
        Shapes.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N);
        int V = weight_VI.Rows, width = RoundedUp(V, 8);
        Slices slices = Score(x_NI, weight_VI, bias_V);
        nint d_NV = InBf16 ? Take((long)slices.Rows * width * sizeof(ushort)) : 0;
        _queue.Reserve((targets_N.Length + 1L) * sizeof(int));
        (nint targets, nint scaleOnDevice) = ((nint)_queue.Stage(targets_N), (nint)Stage(scale));
        foreach (Slice slice in slices)
        {
            CrossEntropyArguments arguments = ArgumentsOf(slice, V);
            arguments.Nll = At(nll_N) + (slice.First * sizeof(float));
            arguments.D = d_NV;
            arguments.Targets = targets + (slice.First * sizeof(int));
            arguments.Scale = scaleOnDevice;
            arguments.Width = width;
            Softmax(CudaFunction.cross_entropy_with_gradient, slice.Rows, arguments);

            Factor d = InBf16 ? new Factor(d_NV, slice.Rows, V, width, slice.Rows) : new Factor(slice.Logits_NV);
            Multiply(dx_NI.RowRange(slice.First, slice.Rows), d, false, slice.Weight, false, default, accumulate: false);
            Multiply(dWeight_VI, d, true, slice.X, false, default, accumulate: true);
            AddColumnSums(dBias_V, InBf16 ? CudaFunction.column_sums_bf16 : CudaFunction.column_sums, d.Pointer, d.Rows, d.Stride);
        }
    }

    /// <inheritdoc/>
    public void LogProbabilities(Tensor<float> y_NV, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V)
    {
        Shapes.LogProbabilities(y_NV, x_NI, weight_VI, bias_V);
        if (y_NV.Rows == 0)
            return;
        Linear(y_NV, x_NI, weight_VI, bias_V);
        _queue.Launch(CudaFunction.log_probabilities, y_NV.Rows, 1, SoftmaxThreads, new CrossEntropyArguments
        {
            Logits = At(y_NV), Words = y_NV.Columns, Stride = y_NV.Stride,
        });
    }

    private static CrossEntropyArguments ArgumentsOf(Slice slice, int words) =>
        new() { Logits = At(slice.Logits_NV), Words = words, Stride = slice.Logits_NV.Stride };

    private void Softmax(CudaFunction function, int rows, CrossEntropyArguments arguments)
    {
        int bytes = KeptBytesOf(arguments.Words);
        arguments.Keeps = bytes > 0 ? 1 : 0;
        _queue.Launch(function, rows, 1, SoftmaxThreads, arguments, bytes);
    }

    // Shared memory for a row of logits, or none where it does not fit.
    private int KeptBytesOf(int words)
    {
        const int OtherBytes = 1024; // of shared memory: the partial sums
        return words * (long)sizeof(float) <= Math.Min(KeptBytes, _device.SharedBytes - OtherBytes) ? words * sizeof(float) : 0;
    }

    // Computes the logits of all rows, slice by slice, in the same memory.
    private Slices Score(Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V)
    {
        _scratch.Reset();
        int N = x_NI.Rows, V = weight_VI.Rows, width = RoundedUp(V, 8), most = Math.Max(1, SliceElements / width);
        int slices = Math.Max(1, Pieces(N, most)), rows = Pieces(N, slices);
        if (N == 0)
            return default;
        (Factor x, Factor weight) = Prepare(x_NI, weight_VI);
        if ((At(bias_V) & 15) != 0)
            bias_V = Aligned(bias_V); // once for all slices
        return new Slices(this, x, weight, bias_V, _scratch.Take(rows, width).ColumnRange(0, V), N);
    }

    private readonly record struct Slice(int First, int Rows, Factor X, Factor Weight, Tensor<float> Logits_NV);

    private struct Slices(CudaKernels kernels, Factor x, Factor weight, Tensor<float> bias_V, Tensor<float> logits_NV, int N)
    {
        private int _next;

        public Slice Current { get; private set; }

        /// <summary>The rows of the first slice, which is the largest.</summary>
        public readonly int Rows => logits_NV.Rows;

        public readonly Slices GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_next >= N)
                return false;
            int rows = Math.Min(logits_NV.Rows, N - _next);
            long bytesBefore = (long)_next * x.Stride * (x.InBf16 ? sizeof(ushort) : sizeof(float));
            Factor part = x with { Pointer = x.Pointer + (nint)bytesBefore, Rows = rows, Height = rows };
            Current = new Slice(_next, rows, part, weight, logits_NV.RowRange(0, rows));
            kernels.Multiply(Current.Logits_NV, part, false, weight, true, bias_V, accumulate: false);
            _next += rows;
            return true;
        }
    }

    private struct CrossEntropyArguments
    {
        public nint Nll, Logits, D, Targets, Scale;
        public int Words, Stride, Width, Keeps;
    }
}
