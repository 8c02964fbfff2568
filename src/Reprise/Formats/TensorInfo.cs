namespace Reprise.Formats;

/// <summary>Name, element type and shape of one tensor in a file; a scalar has the empty shape.</summary>
internal sealed record TensorInfo
{
    private readonly long[] _shape;

    /// <exception cref="ArgumentException">A size is negative, or the product of all overflows.</exception>
    public TensorInfo(string name, TensorType type, params ReadOnlySpan<long> shape)
    {
        Name = name;
        Type = type;
        _shape = shape.ToArray();
        if (!TryCount(shape, type.Size(), out long count))
            throw new ArgumentException($"{name}: no tensor has the shape {Describe(shape)}", nameof(shape));
        Count = count;
    }

    /// <summary>The tensor's name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public TensorType Type { get; }

    /// <summary>Its sizes, outermost first; empty for a single number.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Bytes of all elements.</summary>
    public long Bytes => Count * Type.Size();

    /// <summary>Byte offset of the first element in its file; 0 for a tensor that is yet to be written.</summary>
    internal long Offset { get; init; }

    /// <summary>A shape as text, for example <c>[2048, 300]</c>.</summary>
    public static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} {Describe(_shape)}";

    /// <summary>The product of the sizes, if neither it nor its bytes overflow.</summary>
    internal static bool TryCount(ReadOnlySpan<long> shape, int elementSize, out long count)
    {
        count = 1;
        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0)
                return false;
            empty |= size == 0;
            if (size > 0 && count > long.MaxValue / elementSize / size)
                return false;
            count *= Math.Max(size, 1);
        }

        if (empty)
            count = 0;
        return true;
    }
}
