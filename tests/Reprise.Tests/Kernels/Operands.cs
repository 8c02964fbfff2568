using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>
/// The operands of one kernel case: drawn from literal seeds, with the same values in every precision, so that the same case
/// runs on two back ends and what it wrote can be compared. They lie where the back end computes. With padding, every tensor is a column
/// range of a wider one.
/// </summary>
internal sealed class Operands<T>(IKernels<T> kernels, int padding = 0) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Untouched = 4321; // what stands beside every tensor, before and after

    private readonly List<Operand> _operands = [];
    private readonly List<Buffer<double>> _shared = [];
    private int _draws;

    private enum Role
    {
        Read,
        Written,
        Scratch,
    }

    /// <summary>A tensor that a kernel reads and must not change: normal numbers times <paramref name="scale"/>.</summary>
    public Tensor<T> Read(string name, int rows, int columns, double scale = 1) =>
        Add(name, rows, columns, Role.Read, Normal(rows, columns, scale));

    /// <summary>A tensor that a kernel overwrites, NaN before.</summary>
    public Tensor<T> Written(string name, int rows, int columns) =>
        Add(name, rows, columns, Role.Written, Constant(rows, columns, float.NaN));

    /// <summary>A tensor that a kernel adds to or changes in place: normal numbers times <paramref name="scale"/>.</summary>
    public Tensor<T> Changed(string name, int rows, int columns, double scale = 1) =>
        Add(name, rows, columns, Role.Written, Normal(rows, columns, scale));

    /// <summary>A tensor to which a gradient is added: <paramref name="value"/> everywhere.</summary>
    public Tensor<T> Filled(string name, int rows, int columns, float value) =>
        Add(name, rows, columns, Role.Written, Constant(rows, columns, value));

    /// <summary>A tensor that a kernel reads and may destroy: normal numbers.</summary>
    public Tensor<T> Scratch(string name, int rows, int columns) => Add(name, rows, columns, Role.Scratch, Normal(rows, columns, 1));

    /// <summary>One row of memory that the back end and the caller reach; it is not compared.</summary>
    public Tensor<double> Shared(params ReadOnlySpan<double> values)
    {
        Buffer<double> owner = kernels.AllocateShared(values.Length);
        _shared.Add(owner);
        Tensor<double> row = owner.View(0, 1, values.Length);
        values.CopyTo(row.Span);
        return row;
    }

    /// <summary>Numbers from <paramref name="from"/> to below <paramref name="below"/>.</summary>
    public int[] Integers(int count, int from, int below)
    {
        int draw = _draws++;
        return [.. Enumerable.Range(0, count).Select(n => from + (int)(Philox.Word(1, RandomUse.Order, draw, n) % (ulong)(below - from)))];
    }

    /// <summary>Every written operand agrees with the other's of the same name, and nothing else has changed.</summary>
    public void ShouldAgreeWith(Operands<double> reference, double tolerance, string what)
    {
        _operands.Count.ShouldBe(reference._operands.Count);
        foreach ((Operand found, Operands<double>.Operand expected) in _operands.Zip(reference._operands))
        {
            T[] whole = kernels.ElementsOf(found.Whole);
            if (found.Role == Role.Written)
                Compare(found, whole, reference.Inside(expected), tolerance, what);
            else if (found.Role == Role.Read)
                Compare(found, whole, found.Before, $"{what} changed its input");
            CheckBeside(found, whole, what);
        }
    }

    /// <summary>Every written operand has the bits of the other's of the same name.</summary>
    public void ShouldEqual(Operands<T> other, string what)
    {
        foreach ((Operand found, Operand expected) in _operands.Zip(other._operands))
        {
            if (found.Role == Role.Written)
                Compare(found, kernels.ElementsOf(found.Whole), other.Inside(expected), what);
        }
    }

    public void Dispose()
    {
        foreach (Operand operand in _operands)
            operand.Owner.Dispose();
        foreach (Buffer<double> owner in _shared)
            owner.Dispose();
    }

    private static void Compare(Operand found, T[] whole, double[] expected, double tolerance, string what)
    {
        for (int row = 0; row < found.Tensor.Rows; row++)
        {
            for (int column = 0; column < found.Tensor.Columns; column++)
            {
                (double x, double y) = (
                    double.CreateChecked(whole[found.PlaceOf(row, column)]), expected[(row * found.Tensor.Columns) + column]);
                double error = Math.Abs(x - y) / (1 + Math.Abs(y));
                if (!(error <= tolerance) && !x.Equals(y))
                    Assert.Fail(
                        $"{what}: {found.Name}[{row}, {column}] expected {y:G9}, found {x:G9}; error {error:G2} over the tolerance "
                            + $"{tolerance:G2}");
            }
        }
    }

    private static void Compare(Operand found, T[] whole, T[] expected, string what)
    {
        for (int row = 0; row < found.Tensor.Rows; row++)
        {
            for (int column = 0; column < found.Tensor.Columns; column++)
            {
                (T x, T y) = (whole[found.PlaceOf(row, column)], expected[(row * found.Tensor.Columns) + column]);
                if (!x.Equals(y))
                    Assert.Fail($"{what}: {found.Name}[{row}, {column}] expected exactly {y:G9}, found {x:G9}");
            }
        }
    }

    private static void CheckBeside(Operand operand, T[] whole, string what)
    {
        int stride = operand.Whole.Columns;
        for (int i = 0; i < whole.Length; i++)
        {
            int column = (i % stride) - operand.First;
            if ((column < 0 || column >= operand.Tensor.Columns) && whole[i] != T.CreateChecked(Untouched))
                Assert.Fail($"{what}: wrote beside {operand.Name} {operand.Tensor}, at row {i / stride}, column {column}");
        }
    }

    private static T[] Constant(int rows, int columns, float value)
    {
        T[] values = new T[rows * columns];
        values.AsSpan().Fill(T.CreateChecked(value));
        return values;
    }

    private T[] Normal(int rows, int columns, double scale)
    {
        float[] values = new float[rows * columns];
        Philox.Normal(values, 1, RandomUse.Weights, _draws++, 0);
        return [.. values.Select(value => T.CreateChecked((float)(value * scale)))];
    }

    private Tensor<T> Add(string name, int rows, int columns, Role role, T[] values)
    {
        Buffer<T> owner = kernels.Allocate((long)rows * (columns + padding));
        Tensor<T> whole = owner.View(0, rows, columns + padding);
        kernels.Write(whole, Constant(rows, columns + padding, Untouched));
        int first = padding / 2;
        Tensor<T> tensor = whole.ColumnRange(first, columns);
        kernels.Write(tensor, values);
        _operands.Add(new Operand(name, owner, whole, first, tensor, role, values));
        return tensor;
    }

    private T[] Inside(Operand operand) => kernels.ElementsOf(operand.Tensor);

    private sealed record Operand(string Name, Buffer<T> Owner, Tensor<T> Whole, int First, Tensor<T> Tensor, Role Role, T[] Before)
    {
        /// <summary>The place of an element of the tensor among those of the whole.</summary>
        public int PlaceOf(int row, int column) => (row * Whole.Columns) + First + column;
    }
}
