namespace Reprise.Formats;

/// <summary>Element types of a safetensors file that this library reads and writes, by their names in the file.</summary>
internal enum TensorType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>The upper half of an IEEE single (<see cref="BFloat16"/>).</summary>
    BF16,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>IEEE double precision.</summary>
    F64,
}

internal static class TensorTypes
{
    public static int Size(this TensorType type) => type switch
    {
        TensorType.U8 => 1,
        TensorType.U16 or TensorType.BF16 => 2,
        TensorType.U32 or TensorType.I32 or TensorType.F32 => 4,
        _ => 8,
    };

    public static TensorType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(byte) ? TensorType.U8
        : typeof(T) == typeof(ushort) ? TensorType.U16
        : typeof(T) == typeof(uint) ? TensorType.U32
        : typeof(T) == typeof(int) ? TensorType.I32
        : typeof(T) == typeof(long) ? TensorType.I64
        : typeof(T) == typeof(BFloat16) ? TensorType.BF16
        : typeof(T) == typeof(float) ? TensorType.F32
        : typeof(T) == typeof(double) ? TensorType.F64
        : throw new NotSupportedException($"no safetensors type for {typeof(T).Name}");
}
