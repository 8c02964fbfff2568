using System.Numerics;
using System.Runtime.CompilerServices;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

// Workers take turns at the sentences, which are sorted by length, so that they have about as many steps each.
internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void MaxOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Shapes.MaxOverSteps(y_BC, x_NC, steps);
        MaxOverStepsJob job = new() { Y = y_BC, X = x_NC, Steps = steps };
        Run(ref job, x_NC.Length);
    }

    /// <inheritdoc/>
    public void MaxOverStepsBackward(
        Tensor<float> dx_NC, Tensor<float> dy_BC, Tensor<float> x_NC, Tensor<float> y_BC, StepLayout steps)
    {
        Shapes.MaxOverStepsBackward(dx_NC, dy_BC, x_NC, y_BC, steps);
        _scratch.Reset();
        int width = Packed.Pieces(y_BC.Columns, LineElements) * LineElements;
        MaxOverStepsBackwardJob job = new()
        {
            DX = dx_NC, DY = dy_BC, X = x_NC, Y = y_BC, Steps = steps, Rest = Take((long)width * Threads), Width = width,
        };
        Run(ref job, x_NC.Length);
    }

    /// <inheritdoc/>
    public void MeanOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Shapes.MeanOverSteps(y_BC, x_NC, steps);
        MeanOverStepsJob job = new() { Y = y_BC, X = x_NC, Steps = steps };
        Run(ref job, x_NC.Length);
    }

    /// <inheritdoc/>
    public void MeanOverStepsBackward(Tensor<float> dx_NC, Tensor<float> dy_BC, StepLayout steps)
    {
        Shapes.MeanOverStepsBackward(dx_NC, dy_BC, steps);
        MeanOverStepsBackwardJob job = new() { DX = dx_NC, DY = dy_BC, Steps = steps };
        Run(ref job, dx_NC.Length);
    }

    private struct MaxOverStepsJob : ITeamJob
    {
        public Tensor<float> Y, X;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            for (int b = worker; b < Y.Rows; b += workers)
            {
                new Span<float>(RowOf(X, b), Y.Columns).CopyTo(new Span<float>(RowOf(Y, b), Y.Columns));
                for (int t = 1; t < Steps.Steps && b < Steps.Active(t); t++)
                    Largest(RowOf(Y, b), RowOf(X, Steps.Start(t) + b), Y.Columns);
            }
        }

        // y = max(y, x)
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Largest(float* y, float* x, int columns)
        {
            int j = 0;
            for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
                Vector.Store(Vector.Max(Vector.Load(y + j), Vector.Load(x + j)), y + j);
            if (j < columns)
                Store(y + j, Vector.Max(Load(y + j, columns - j), Load(x + j, columns - j)), columns - j);
        }
    }

    private struct MaxOverStepsBackwardJob : ITeamJob
    {
        public Tensor<float> DX, DY, X, Y;
        public StepLayout Steps;
        public float* Rest; // the part of a row of dy that no step has had yet, for each worker
        public int Width;

        public readonly void Execute(int worker, int workers)
        {
            float* rest = Rest + ((long)worker * Width);
            for (int b = worker; b < Y.Rows; b += workers)
            {
                new Span<float>(RowOf(DY, b), Y.Columns).CopyTo(new Span<float>(rest, Y.Columns));
                for (int t = 0; t < Steps.Steps && b < Steps.Active(t); t++)
                {
                    int n = Steps.Start(t) + b;
                    Give(RowOf(DX, n), rest, RowOf(X, n), RowOf(Y, b), Y.Columns);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Give(float* dx, float* rest, float* x, float* y, int columns)
        {
            int j = 0;
            for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
                Give<Whole>(dx + j, rest + j, x + j, y + j, columns - j);
            if (j < columns)
                Give<Rest>(dx + j, rest + j, x + j, y + j, columns - j);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Give<TLanes>(float* dx, float* rest, float* x, float* y, int count)
            where TLanes : struct, ILanes
        {
            Vector<int> here = Vector.Equals(TLanes.Load(x, count), TLanes.Load(y, count));
            Vector<float> dy = TLanes.Load(rest, count);
            TLanes.Store(dx, Vector.ConditionalSelect(here, dy, Vector<float>.Zero), count);
            TLanes.Store(rest, Vector.ConditionalSelect(here, Vector<float>.Zero, dy), count);
        }
    }

    private struct MeanOverStepsJob : ITeamJob
    {
        public Tensor<float> Y, X;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            for (int b = worker; b < Y.Rows; b += workers)
            {
                new Span<float>(RowOf(X, b), Y.Columns).CopyTo(new Span<float>(RowOf(Y, b), Y.Columns));
                int t = 1;
                for (; t < Steps.Steps && b < Steps.Active(t); t++)
                    AddRow(RowOf(Y, b), RowOf(X, Steps.Start(t) + b), Y.Columns);
                ScaleRow(RowOf(Y, b), 1f / t, RowOf(Y, b), Y.Columns);
            }
        }
    }

    private struct MeanOverStepsBackwardJob : ITeamJob
    {
        public Tensor<float> DX, DY;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            for (int b = worker; b < DY.Rows; b += workers)
            {
                float factor = 1f / Steps.Length(b);
                for (int t = 0; t < Steps.Steps && b < Steps.Active(t); t++)
                    ScaleRow(RowOf(DX, Steps.Start(t) + b), factor, RowOf(DY, b), DY.Columns);
            }
        }
    }

    // y = factor x. In place if both are the same memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScaleRow(float* y, float factor, float* x, int columns)
    {
        Vector<float> factors = Vector.Create(factor);
        int j = 0;
        for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
            Vector.Store(factors * Vector.Load(x + j), y + j);
        if (j < columns)
            Store(y + j, factors * Load(x + j, columns - j), columns - j);
    }
}
