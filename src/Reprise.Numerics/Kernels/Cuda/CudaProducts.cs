using Reprise.Numerics.Interop;
using static Reprise.Numerics.Interop.CublasLt;

namespace Reprise.Numerics.Cuda;

/// <summary>
/// A row-major product for cuBLASLt: c[M, N] = a' b' (+ bias_N) (+ c), a' and b' being a and b or their transposes. It has no
/// gaps, because lists are compared by their bytes.
/// </summary>
internal struct Product
{
    public nint A, B, C, Bias; // Bias is 0 where there is none
    public int M, N, K, StrideA, StrideB, StrideC;
    public int TransposeA, TransposeB, InBf16, Accumulate; // 0 or 1
}

/// <summary>
/// The products of cuBLASLt, whose sums have one order: no split adds in the order of arrival. The algorithm depends on the sizes,
/// and is chosen once for similar sizes.
/// </summary>
internal sealed unsafe class CudaProducts : IDisposable
{
    private const int WorkspaceBytes = 32 << 20;
    private const int Descriptions = 16; // in bf16 or not, transposed or not, with bias or not

    private readonly CudaDevice _device;
    private readonly CudaPrecision _precision;
    private readonly nint _stream, _handle, _preference, _workspace;
    private readonly nint[] _descriptions = new nint[Descriptions];
    private readonly nint[] _layoutsBf16 = new nint[2], _layouts = new nint[3]; // of a and b; of a, b and c
    private readonly Dictionary<Key, Algorithm?> _algorithms = []; // null: cuBLASLt has none
    private readonly HashSet<Key> _misfits = [];

    public CudaProducts(CudaDevice device, CudaPrecision precision, nint stream)
    {
        (_device, _precision, _stream) = (device, precision, stream);
        nint handle = 0, preference = 0;
        device.MakeCurrent();
        Check(cublasLtCreate(&handle));
        _handle = handle;
        for (int i = 0; i < Descriptions; i++)
            _descriptions[i] = Describe(inBf16: (i & 1) != 0, transposeA: (i & 2) != 0, transposeB: (i & 4) != 0, bias: (i & 8) != 0);
        foreach (nint[] layouts in (nint[][])[_layoutsBf16, _layouts])
        {
            for (int i = 0; i < layouts.Length; i++)
            {
                nint layout = 0;
                Check(cublasLtMatrixLayoutCreate(&layout, layouts == _layouts ? Float32 : Bf16, 1, 1, 1));
                layouts[i] = layout;
            }
        }

        Check(cublasLtMatmulPreferenceCreate(&preference));
        _preference = preference;
        Prefer(MaxWorkspaceBytes, (ulong)WorkspaceBytes);
        Prefer(ReductionSchemes, DeterministicReductions);
        _workspace = device.AllocateBytes(WorkspaceBytes);
    }

    /// <summary>Runs a product on the stream. A kernel of our own adds the bias where cuBLASLt cannot.</summary>
    /// <exception cref="DeviceException">cuBLASLt has no algorithm for the product.</exception>
    public void Run(in Product product)
    {
        if (TryRun(product))
            return;
        if (product.Bias == 0 || !TryRun(product with { Bias = 0 }))
        {
            CudaPrecision other = _precision == CudaPrecision.Fp32 ? CudaPrecision.Bf16 : CudaPrecision.Fp32;
            throw new DeviceException($"cuBLASLt has no algorithm for {product.M} x {product.N} x {product.K} "
                + $"with strides {product.StrideA}, {product.StrideB}, {product.StrideC} on {_device.Name}; "
                + $"try --precision {other.ToString().ToLowerInvariant()}");
        }

        AddBias(product);
    }

    // Returns false if cuBLASLt has no algorithm.
    private bool TryRun(in Product product)
    {
        // Column-major, a row-major matrix is its transpose: cᵀ = b'ᵀ a'ᵀ, so cuBLASLt's first factor is b.
        int kind = product.InBf16 | (product.TransposeB << 1) | (product.TransposeA << 2) | (product.Bias != 0 ? 8 : 0);
        nint description = _descriptions[kind];
        nint[] factors = product.InBf16 != 0 ? _layoutsBf16 : _layouts;
        bool transposeA = product.TransposeA != 0, transposeB = product.TransposeB != 0;
        Lay(product, factors, product.M, product.K);
        if (product.Bias != 0)
        {
            nint bias = product.Bias;
            Check(cublasLtMatmulDescSetAttribute(description, BiasPointer, &bias, (nuint)sizeof(nint)));
        }

        // The number of tokens differs from batch to batch: M of a product over tokens, K of a gradient by weights.
        Key exact = new(
            description, product.M, product.N, product.K, product.StrideA, product.StrideB, product.StrideC,
            AlignmentOf(product.A), AlignmentOf(product.B), AlignmentOf(product.C));
        Key about = exact with
        {
            M = transposeA ? product.M : Rounded(product.M),
            K = transposeA && !transposeB ? Rounded(product.K) : product.K,
        };
        if (!_misfits.Contains(exact))
        {
            if (!_algorithms.TryGetValue(about, out Algorithm? shared))
                _algorithms.Add(about, shared = Choose(about, product, factors));
            if (shared is { } algorithm && Multiply(product, description, factors, algorithm) == 0)
                return true;
            _misfits.Add(exact); // the algorithm for similar sizes does not support these
        }

        if (!_algorithms.TryGetValue(exact, out Algorithm? own))
            _algorithms.Add(exact, own = Choose(exact, product, factors));
        if (own is not { } last)
            return false;
        int status = Multiply(product, description, factors, last);
        if (IsRefusal(status))
            _algorithms[exact] = null;
        else
            Check(status, $"{nameof(cublasLtMatmul)} of {product.M} x {product.N} x {product.K}()");
        return status == 0;
    }

    public void Dispose()
    {
        foreach (nint description in _descriptions)
            _ = cublasLtMatmulDescDestroy(description);
        foreach (nint layout in (nint[])[.. _layoutsBf16, .. _layouts])
            _ = cublasLtMatrixLayoutDestroy(layout);
        _ = cublasLtMatmulPreferenceDestroy(_preference);
        _ = cublasLtDestroy(_handle);
        _ = CudaDriver.cuMemFree(_workspace); // the stream is done
    }

    private int Multiply(in Product product, nint description, nint[] factors, Algorithm algorithm)
    {
        float one = 1, add = product.Accumulate;
        return cublasLtMatmul(
            _handle, description, &one, product.B, factors[0], product.A, factors[1], &add, product.C, _layouts[2], product.C, _layouts[2],
            &algorithm, _workspace, WorkspaceBytes, _stream);
    }

    private nint Describe(bool inBf16, bool transposeA, bool transposeB, bool bias)
    {
        nint description = 0;
        bool fast = !inBf16 && _precision == CudaPrecision.Tf32;
        Check(cublasLtMatmulDescCreate(&description, fast ? ComputeFastTf32 : Compute32, Float32));
        int transpose = Transpose;
        uint epilogue = BiasEpilogue;
        if (transposeA)
            Check(cublasLtMatmulDescSetAttribute(description, TransposeA, &transpose, sizeof(int)));
        if (transposeB)
            Check(cublasLtMatmulDescSetAttribute(description, TransposeB, &transpose, sizeof(int)));
        if (bias)
            Check(cublasLtMatmulDescSetAttribute(description, Epilogue, &epilogue, sizeof(uint)));
        return description;
    }

    // Added to every row: its own stride is 0.
    private void AddBias(in Product product)
    {
        CudaKernels.PointwiseArguments arguments = new()
        {
            Y = product.C, YStride = product.StrideC, X = product.Bias, Rows = product.M, Columns = product.N,
        };
        void* argument = &arguments;
        (nint add, uint blocks) = (_device.Function(CudaFunction.add), (uint)CudaKernels.BlocksFor((long)product.M * product.N));
        CudaDriver.Check(CudaDriver.cuLaunchKernel(add, blocks, 1, 1, CudaKernels.BlockThreads, 1, 1, 0, _stream, &argument, null));
    }

    // A function of the key alone, so that a resumed run, which meets other sizes first, uses the same algorithms. Null: no
    // algorithm.
    private Algorithm? Choose(in Key key, in Product product, nint[] factors)
    {
        Lay(product, factors, key.M, key.K);
        Prefer(MinimumAlignmentA, key.AlignmentB); // the first factor is b
        Prefer(MinimumAlignmentB, key.AlignmentA);
        Prefer(MinimumAlignmentC, key.AlignmentC);
        Prefer(MinimumAlignmentD, key.AlignmentC);
        Heuristic result = default;
        int found = 0;
        (nint first, nint second, nint sum) = (factors[0], factors[1], _layouts[2]);
        int status = cublasLtMatmulAlgoGetHeuristic(_handle, key.Description, first, second, sum, sum, _preference, 1, &result, &found);
        Lay(product, factors, product.M, product.K);
        if (IsRefusal(status))
            return null;
        Check(status, nameof(cublasLtMatmulAlgoGetHeuristic) + "()");
        return found > 0 && result.State == 0 ? result.Algorithm : null;
    }

    private static bool IsRefusal(int status) => status is InvalidValue or NotSupported;

    // The layouts of a product, or of one with other numbers of tokens.
    private void Lay(in Product product, nint[] factors, int M, int K)
    {
        bool transposeA = product.TransposeA != 0, transposeB = product.TransposeB != 0;
        Lay(factors[0], transposeB ? K : product.N, transposeB ? product.N : K, product.StrideB);
        Lay(factors[1], transposeA ? M : K, transposeA ? K : M, product.StrideA);
        Lay(_layouts[2], product.N, M, product.StrideC);
    }

    private static void Lay(nint layout, int rowCount, int columnCount, long stride)
    {
        (ulong rows, ulong columns) = ((ulong)rowCount, (ulong)columnCount);
        Check(cublasLtMatrixLayoutSetAttribute(layout, Rows, &rows, sizeof(ulong)));
        Check(cublasLtMatrixLayoutSetAttribute(layout, Columns, &columns, sizeof(ulong)));
        Check(cublasLtMatrixLayoutSetAttribute(layout, LeadingDimension, &stride, sizeof(long)));
    }

    private void Prefer<T>(int attribute, T value)
        where T : unmanaged => Check(cublasLtMatmulPreferenceSetAttribute(_preference, attribute, &value, (nuint)sizeof(T)));

    // Similar sizes share an algorithm, so that new batch sizes rarely need a query.
    private static int Rounded(int size)
    {
        int step = size <= 64 ? 8 : size <= 512 ? 32 : 256;
        return (size + step - 1) / step * step;
    }

    private static uint AlignmentOf(nint pointer) => (pointer & 15) == 0 ? 16u : (pointer & 7) == 0 ? 8u : 4u;

    private readonly record struct Key(
        nint Description, int M, int N, int K, int StrideA, int StrideB, int StrideC, uint AlignmentA, uint AlignmentB, uint AlignmentC);
}
