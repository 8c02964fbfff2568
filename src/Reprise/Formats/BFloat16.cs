namespace Reprise.Formats;

/// <summary>The upper half of an IEEE single: its range, with three decimal digits.</summary>
internal readonly record struct BFloat16(ushort Bits)
{
    /// <summary>The nearest number, of two that are as near the even one.</summary>
    public static BFloat16 Of(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        return new BFloat16((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)Bits << 16);
}
