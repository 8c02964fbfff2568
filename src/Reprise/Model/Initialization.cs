using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>The first weights of a model, by the initialiser that each parameter declares (<see cref="Initializer"/>).</summary>
internal static class Initialization
{
    private const float EmbeddingDeviation = 0.1f;
    private const int PieceElements = 1 << 16; // of several rows, where rows are short

    /// <summary>Fills every parameter; the same seed gives the same weights whatever the objective.</summary>
    /// <param name="part">The only part of the model that is filled; null for all.</param>
    public static void Fill<T>(ParameterSlab<T> weights, ulong seed, ModelPart? part = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int p = 0; p < weights.Layout.Parameters.Count; p++)
        {
            Parameter parameter = weights.Layout.Parameters[p];
            if (part is not null && parameter.Part != part)
                continue;
            Tensor<T> tensor = weights[parameter];
            float[] row = new float[parameter.Columns];
            int most = Math.Clamp(PieceElements / Math.Max(1, row.Length), 1, Math.Max(1, parameter.Rows));
            T[] piece = new T[most * row.Length];
            for (int start = 0; start < parameter.Rows; start += most)
            {
                int count = Math.Min(most, parameter.Rows - start);
                for (int r = 0; r < count; r++)
                {
                    Draw(row, parameter, seed, start + r, p);
                    for (int c = 0; c < row.Length; c++)
                        piece[(r * row.Length) + c] = T.CreateChecked(row[c]);
                }

                weights.Kernels.Write(tensor.RowRange(start, count), piece.AsSpan(0, count * row.Length));
            }
        }
    }

    private static void Draw(Span<float> row, Parameter parameter, ulong seed, int r, int p)
    {
        switch (parameter.Initializer)
        {
            case Initializer.Embedding:
                Philox.Normal(row, seed, RandomUse.Weights, r, p);
                foreach (ref float value in row)
                    value *= EmbeddingDeviation;
                break;
            case Initializer.FanIn:
                float bound = 1 / MathF.Sqrt(row.Length);
                Philox.Uniform(row, seed, RandomUse.Weights, r, p);
                foreach (ref float value in row)
                    value = bound * ((2 * value) - 1);
                break;
            case Initializer.One:
                row.Fill(1);
                break;
            default:
                row.Clear();
                if (parameter.Initializer == Initializer.ForgetGatesOne)
                    row.Slice(row.Length / 4, row.Length / 4).Fill(1);
                break;
        }
    }
}
