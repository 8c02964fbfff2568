using System.Runtime.Intrinsics;

namespace Reprise.Numerics.Cpu;

/// <summary>Matrix products over packed factors by one thread; <see cref="Gemm{TTile}"/> implements them for each tile.</summary>
internal abstract unsafe class Gemm
{
    /// <summary>Rows of the tile.</summary>
    public abstract int Rows { get; }

    /// <summary>Columns of the tile.</summary>
    public abstract int Columns { get; }

    /// <summary>The largest depth of a packed block.</summary>
    public abstract int Depth { get; }

    /// <inheritdoc cref="ITile.GroupElements"/>
    public abstract int GroupElements { get; }

    /// <summary>Describes a left factor packed at <paramref name="data"/>.</summary>
    public Packed Left(float* data, int width, int depth) => new(data, width, depth, Rows, Depth);

    /// <summary>Describes a right factor packed at <paramref name="data"/>.</summary>
    public Packed Right(float* data, int width, int depth) => new(data, width, depth, Columns, Depth);

    /// <summary>c = a b (+ bias) (+ c) for the left panels from a0 to a1 and the right panels from b0 to b1.</summary>
    /// <param name="c">The output element of the first row of panel a0 and the first column of panel b0.</param>
    /// <param name="bias">The bias of the first column of panel b0, or null.</param>
    public abstract void Multiply(float* c, int stride, Packed a, int a0, int a1, Packed b, int b0, int b1, float* bias, bool accumulate);

    public void Multiply(float* c, int stride, Packed a, Packed b, float* bias, bool accumulate) =>
        Multiply(c, stride, a, 0, a.Panels, b, 0, b.Panels, bias, accumulate);
}

/// <inheritdoc/>
internal sealed unsafe class Gemm<TTile> : Gemm
    where TTile : struct, ITile
{
    public override int Rows => TTile.Rows;

    public override int Columns => TTile.Columns;

    public override int Depth => TTile.Depth;

    public override int GroupElements => TTile.GroupElements;

    public override void Multiply(float* c, int stride, Packed a, int a0, int a1, Packed b, int b0, int b1, float* bias, bool accumulate)
    {
        float* edge = stackalloc float[TTile.Rows * TTile.Columns];
        for (int block = 0; block < b.Blocks; block++)
        {
            int depth = b.DepthOf(block);
            int groups = Math.Max(1, Packed.Pieces((a1 - a0) * TTile.Rows * depth, GroupElements));
            for (int group = 0; group < groups; group++)
            {
                (int start, int end) = Share.Of(a1 - a0, group, groups);
                for (int j = b0; j < b1; j++)
                {
                    int columns = Math.Min(TTile.Columns, b.Width - (j * TTile.Columns));
                    float* panel = b.PanelAt(block, j);
                    float* panelBias = bias != null && block == 0 ? bias + ((j - b0) * TTile.Columns) : null;
                    bool add = accumulate || block > 0;
                    for (int i = a0 + start; i < a0 + end; i++)
                    {
                        int rows = Math.Min(TTile.Rows, a.Width - (i * TTile.Rows));
                        float* target = c + ((long)(i - a0) * TTile.Rows * stride) + ((j - b0) * TTile.Columns);
                        if (rows == TTile.Rows && columns == TTile.Columns)
                        {
                            TTile.Multiply(a.PanelAt(block, i), panel, depth, target, stride, panelBias, add);
                        }
                        else
                        {
                            TTile.MultiplyEdge(a.PanelAt(block, i), panel, depth, edge, rows, columns);
                            FinishEdge(target, stride, edge, rows, columns, panelBias, add);
                        }
                    }
                }
            }
        }
    }

    // Adds bias and output to the sums of an edge tile, and stores the part that lies within the output.
    private static void FinishEdge(float* c, int stride, float* sums, int rows, int columns, float* bias, bool accumulate)
    {
        for (int i = 0; i < rows; i++, c += stride, sums += TTile.Columns)
        {
            int j = 0;
            for (; j <= columns - 4; j += 4)
            {
                Vector128<float> sum = Vector128.Load(sums + j);
                if (bias != null)
                    sum += Vector128.Load(bias + j);
                if (accumulate)
                    sum += Vector128.Load(c + j);
                sum.Store(c + j);
            }

            for (; j < columns; j++)
            {
                float sum = sums[j];
                if (bias != null)
                    sum += bias[j];
                if (accumulate)
                    sum += c[j];
                c[j] = sum;
            }
        }
    }
}
