using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Checkpoints;

/// <summary>Slabs of parameters as safetensors, each tensor under its parameter's name with a prefix for each slab.</summary>
internal static class WeightsFile
{
    private const string Format = "reprise-model/1"; // of the tensors; config.json has a format of its own
    private const string StepKey = "step";
    private const int PieceElements = SafeTensorsWriter.PieceBytes / sizeof(float); // copied at a time between the back end and the file

    /// <summary>Writes the slabs; the prefixes must be in ordinal order.</summary>
    /// <param name="step">The checkpoint's step, for the file's metadata; null for a model without one.</param>
    /// <returns>SHA-256 of header and elements, as it stands in the file's metadata.</returns>
    public static string Write(Stream stream, long? step, params ReadOnlySpan<(string Prefix, ParameterSlab<float> Slab)> slabs) =>
        Write(stream, step, TensorType.F32, slabs);

    /// <param name="type">F32, or BF16 for half the size with three decimal digits.</param>
    /// <inheritdoc cref="Write(Stream, long?, ReadOnlySpan{ValueTuple{string, ParameterSlab{float}}})"/>
    public static string Write(
        Stream stream, long? step, TensorType type, params ReadOnlySpan<(string Prefix, ParameterSlab<float> Slab)> slabs)
    {
        List<TensorInfo> tensors = [];
        foreach ((string prefix, ParameterSlab<float> slab) in slabs)
            tensors.AddRange(slab.Layout.Parameters.Select(p => new TensorInfo(prefix + p.Name, type, Shape(p))));
        Dictionary<string, string> metadata = new() { ["format"] = Format };
        if (step is { } number)
            metadata[StepKey] = FormattableString.Invariant($"{number}");
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SafeTensors.HeaderOf(tensors, metadata, dataStart: 0));
        BFloat16[] half = type == TensorType.BF16 ? new BFloat16[PieceElements] : [];
        ForEachPiece(slabs, (_, piece) =>
            hash.AppendData(half.Length > 0 ? MemoryMarshal.AsBytes(Half(piece, half)) : MemoryMarshal.AsBytes(piece)));
        string sum = Convert.ToHexStringLower(hash.GetHashAndReset());
        metadata[SafeTensors.SumKey] = sum;

        SafeTensorsWriter writer = new(stream, tensors, metadata);
        ForEachPiece(slabs, (name, piece) =>
        {
            if (half.Length > 0)
                writer.Write(name, Half(piece, half));
            else
                writer.Write(name, piece);
        });
        writer.Finish();
        return sum;
    }

    /// <summary>Checks that a file holds exactly the tensors of a layout, by names, types and shapes.</summary>
    /// <exception cref="InputException">Something is missing, superfluous or of another shape.</exception>
    public static void Check(SafeTensors file, ParameterLayout layout, params ReadOnlySpan<string> prefixes)
    {
        HashSet<string> expected = new(StringComparer.Ordinal);
        foreach (string prefix in prefixes)
        {
            foreach (Parameter parameter in layout.Parameters)
            {
                file.Expect(prefix + parameter.Name, TypeOf(file, prefix + parameter.Name), Shape(parameter));
                expected.Add(prefix + parameter.Name);
            }
        }

        if (file.Names.FirstOrDefault(name => !expected.Contains(name)) is { } extra)
        {
            string found = $"{file[extra]} belongs to no part of the model that config.json describes";
            string counts = $"expected {expected.Count} tensors, found {file.Names.Count}";
            throw new InputException($"{file.FilePath}: {found}; {counts}. Do tieEmbeddings, posteriorLayers and latentInput fit?");
        }
    }

    /// <summary>Fills a slab from a checked file.</summary>
    /// <exception cref="InputException">A number is not finite.</exception>
    public static void Read(SafeTensors file, string prefix, ParameterSlab<float> slab)
    {
        float[] pooled = ArrayPool<float>.Shared.Rent(PieceElements);
        try
        {
            foreach (Parameter parameter in slab.Layout.Parameters)
                Read(file, prefix + parameter.Name, slab, parameter, pooled);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pooled);
        }
    }

    /// <summary>Checks that the file belongs to the checkpoint of this step.</summary>
    /// <exception cref="InputException">The file is of another step, or of none.</exception>
    public static void CheckStep(SafeTensors file, long step)
    {
        string found = file.Metadata.GetValueOrDefault(StepKey, "none");
        if (found != FormattableString.Invariant($"{step}"))
        {
            string difference = $"expected the checkpoint of step {step} that {RunFolder.ProgressName} names, found step {found}";
            throw new InputException($"{file.FilePath}: {difference}; was the file copied from elsewhere? Restore it, or start a new run");
        }
    }

    /// <summary>Visits the elements of all parameters in order, in pieces, with the name of their tensor.</summary>
    private static void ForEachPiece(
        ReadOnlySpan<(string Prefix, ParameterSlab<float> Slab)> slabs, Action<string, ReadOnlySpan<float>> visit)
    {
        float[] pooled = ArrayPool<float>.Shared.Rent(PieceElements);
        try
        {
            foreach ((string prefix, ParameterSlab<float> slab) in slabs)
            {
                foreach (Parameter parameter in slab.Layout.Parameters)
                {
                    Tensor<float> row = Row(slab, parameter);
                    for (int start = 0; start < row.Columns; start += PieceElements)
                    {
                        Span<float> piece = pooled.AsSpan(0, Math.Min(PieceElements, row.Columns - start));
                        slab.Kernels.Read(piece, row.ColumnRange(start, piece.Length));
                        visit(prefix + parameter.Name, piece);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pooled);
        }
    }

    private static void Read(SafeTensors file, string name, ParameterSlab<float> slab, Parameter parameter, float[] pooled)
    {
        TensorType type = TypeOf(file, name);
        file.Expect(name, type, Shape(parameter));
        BFloat16[] half = type == TensorType.BF16 ? new BFloat16[PieceElements] : [];
        Tensor<float> row = Row(slab, parameter);
        for (int start = 0; start < row.Columns; start += PieceElements)
        {
            Span<float> piece = pooled.AsSpan(0, Math.Min(PieceElements, row.Columns - start));
            if (half.Length > 0)
            {
                file.Read(name, start, half.AsSpan(0, piece.Length));
                for (int i = 0; i < piece.Length; i++)
                    piece[i] = half[i].ToSingle();
            }
            else
            {
                file.Read(name, start, piece);
            }

            foreach (float element in piece)
            {
                if (float.IsFinite(element))
                    continue;
                string found = FormattableString.Invariant($"{name} holds {element}; expected finite numbers");
                throw new InputException($"{file.FilePath}: {found}");
            }

            slab.Kernels.Write(row.ColumnRange(start, piece.Length), piece);
        }
    }

    private static TensorType TypeOf(SafeTensors file, string name) =>
        file.Contains(name) && file[name].Type == TensorType.BF16 ? TensorType.BF16 : TensorType.F32;

    private static ReadOnlySpan<BFloat16> Half(ReadOnlySpan<float> piece, BFloat16[] half)
    {
        for (int i = 0; i < piece.Length; i++)
            half[i] = BFloat16.Of(piece[i]);
        return half.AsSpan(0, piece.Length);
    }

    private static Tensor<float> Row(ParameterSlab<float> slab, Parameter parameter)
    {
        Tensor<float> whole = slab[parameter];
        return whole.Reshape(1, checked((int)whole.Length));
    }

    private static long[] Shape(Parameter parameter) => [.. parameter.Shape.Select(size => (long)size)];
}
