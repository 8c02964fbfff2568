namespace Reprise.Numerics.Cpu;

/// <summary>
/// A factor of a product, copied into the order in which the tile reads it: blocks along the sum; in each block panels of
/// <see cref="Panel"/> rows (or columns); in each panel the elements of one k side by side. The last panel is padded with zeros.
/// </summary>
internal readonly unsafe struct Packed
{
    private readonly float* _data;
    private readonly int _blockDepth;

    /// <param name="data">Memory for <see cref="Length"/> elements.</param>
    /// <param name="width">Rows of a left factor, columns of a right one.</param>
    /// <param name="depth">Terms of the sum.</param>
    /// <param name="panel">Width of a panel.</param>
    /// <param name="maximumBlockDepth">The largest depth of a block; blocks are equally deep. It fixes the order of the sums.</param>
    public Packed(float* data, int width, int depth, int panel, int maximumBlockDepth)
    {
        _data = data;
        Width = width;
        Depth = depth;
        Panel = panel;
        Blocks = Math.Max(1, Pieces(depth, maximumBlockDepth)); // a sum without terms is a block of zeros
        _blockDepth = Pieces(depth, Blocks);
        Panels = Pieces(width, panel);
    }

    public int Width { get; }

    public int Depth { get; }

    public int Panel { get; }

    public int Panels { get; }

    public int Blocks { get; }

    /// <summary>The number of elements of a packed factor.</summary>
    public static long Length(int width, int depth, int panel) => (long)Pieces(width, panel) * panel * depth;

    public static int Pieces(int count, int size) => (count + size - 1) / size;

    /// <summary>Terms of the sum in block <paramref name="block"/>.</summary>
    public int DepthOf(int block) => Math.Min(_blockDepth, Depth - (block * _blockDepth));

    /// <summary>The first term of the sum in block <paramref name="block"/>.</summary>
    public int StartOf(int block) => block * _blockDepth;

    /// <summary>One block as a factor of its own.</summary>
    public Packed Block(int block) => new(PanelAt(block, 0), Width, DepthOf(block), Panel, Math.Max(1, _blockDepth));

    public float* PanelAt(int block, int panel) =>
        _data + ((long)block * _blockDepth * Panels * Panel) + ((long)panel * DepthOf(block) * Panel);

    /// <summary>Packs the share of one worker.</summary>
    /// <param name="factors">The factors of the rows of the source's matrix, or null.</param>
    public void Fill(Operand source, int worker = 0, int workers = 1, float* factors = null)
    {
        (int start, int end) = Share.Of(Blocks * Panels, worker, workers);
        for (int piece = start; piece < end; piece++)
        {
            (int block, int panel) = Math.DivRem(piece, Panels);
            FillPanel(PanelAt(block, panel), source, factors, panel * Panel, StartOf(block), DepthOf(block));
        }
    }

    private void FillPanel(float* target, Operand source, float* factors, int start, int k, int depth)
    {
        int width = Math.Min(Panel, Width - start);
        if (width < Panel)
            new Span<float>(target, depth * Panel).Clear();
        float* first = source.Pointer + (start * source.WidthStride) + (k * source.DepthStride);
        if (source.WidthStride == 1)
            Packing.Copy(target, Panel, first, source.DepthStride, factors == null ? null : factors + k, width, depth);
        else
            Packing.Transpose(target, Panel, first, source.WidthStride, factors == null ? null : factors + start, width, depth);
    }
}
