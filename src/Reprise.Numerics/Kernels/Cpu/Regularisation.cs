using System.Numerics;
using System.Runtime.CompilerServices;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void DropoutMask(Tensor<float> mask, double rate, in RandomKey key)
    {
        Shapes.DropoutMask(mask, rate);
        DropoutMaskJob job = new()
        {
            Mask = new Pieces(mask, mask.IsContiguous), Key = key, Below = Philox.Below(rate), Kept = (float)(1 / (1 - rate)),
        };
        Run(ref job, mask.Length);
    }

    /// <inheritdoc/>
    public void Multiply(Tensor<float> y, Tensor<float> x, Tensor<float> factor)
    {
        Shapes.Multiply(y, x, factor);
        bool whole = y.IsContiguous && x.IsContiguous && factor.IsContiguous;
        MultiplyJob job = new() { Y = new Pieces(y, whole), X = new Pieces(x, whole), Factor = new Pieces(factor, whole) };
        Run(ref job, y.Length);
    }

    /// <inheritdoc/>
    public void MultiplySteps(Tensor<float> y_NC, Tensor<float> factor_BC, StepLayout steps)
    {
        Shapes.MultiplySteps(y_NC, factor_BC, steps);
        MultiplyStepsJob job = new() { Y = y_NC, Factor = factor_BC, Steps = steps };
        Run(ref job, y_NC.Length);
    }

    // y = x ∘ factor. In place if y and x are the same memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRow(float* y, float* x, float* factor, int columns)
    {
        int j = 0;
        for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
            Vector.Store(Vector.Load(x + j) * Vector.Load(factor + j), y + j);
        if (j < columns)
            Store(y + j, Load(x + j, columns - j) * Load(factor + j, columns - j), columns - j);
    }

    private struct DropoutMaskJob : ITeamJob
    {
        public Pieces Mask;
        public RandomKey Key;
        public int Below;
        public float Kept;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Mask.Count, worker, workers);
            for (int piece = start; piece < end; piece++)
                Fill(Mask.Start(piece), Mask.First(piece), Mask.Length(piece));
        }

        // The factors from number `first` on, a vector of blocks at a time, each of four of them.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Fill(float* mask, long first, int count)
        {
            int size = 4 * Vector<ulong>.Count;
            float* beside = stackalloc float[size];
            for (long i = first / size * size; i < first + count; i += size)
            {
                long place = i - first;
                if (place >= 0 && place + size <= count)
                {
                    Fill(mask + place, i / 4);
                    continue;
                }

                Fill(beside, i / 4);
                for (long j = Math.Max(0, place); j < Math.Min(count, place + size); j++)
                    mask[j] = beside[j - place];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Fill(float* factors, long block)
        {
            Vector<ulong> blocks = Vector.Create((ulong)block) + Vector<ulong>.Indices;
            (Vector<ulong> x0, Vector<ulong> x1, Vector<ulong> x2, Vector<ulong> x3) = Philox.Draw(Key, blocks);
            Vector<ulong> lower = Vector.Create((ulong)uint.MaxValue);
            Vector<ulong> even = Factors((x0 & lower) | (x1 << 32)), odd = Factors((x2 & lower) | (x3 << 32));
            for (int lane = 0; lane < Vector<ulong>.Count; lane++)
            {
                Unsafe.WriteUnaligned(factors + (4 * lane), even[lane]);
                Unsafe.WriteUnaligned(factors + (4 * lane) + 2, odd[lane]);
            }
        }

        // Two factors in each lane, by two words.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector<ulong> Factors(Vector<ulong> words)
        {
            Vector<int> stays = Vector.GreaterThanOrEqual(Vector.AsVectorInt32(Vector.AsVectorUInt32(words) >> 9), Vector.Create(Below));
            return Vector.AsVectorUInt64(Vector.AsVectorInt32(Vector.Create(Kept)) & stays);
        }
    }

    private struct MultiplyJob : ITeamJob
    {
        public Pieces Y, X, Factor;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Y.Count, worker, workers);
            for (int piece = start; piece < end; piece++)
                MultiplyRow(Y.Start(piece), X.Start(piece), Factor.Start(piece), Y.Length(piece));
        }
    }

    private struct MultiplyStepsJob : ITeamJob
    {
        public Tensor<float> Y, Factor;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            for (int b = worker; b < Factor.Rows; b += workers)
            {
                for (int t = 0; t < Steps.Steps && b < Steps.Active(t); t++)
                {
                    float* y = RowOf(Y, Steps.Start(t) + b);
                    MultiplyRow(y, y, RowOf(Factor, b), Factor.Columns);
                }
            }
        }
    }
}
