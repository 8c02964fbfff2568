using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>
/// The operands of one kernel case: drawn from literal seeds, with the same values in every precision, so that the same case
/// runs on two back ends and what it wrote can be compared. With padding, every tensor is a column range of a wider one.
/// </summary>
internal sealed class Operands<T>(int padding = 0) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Untouched = 4321; // what stands beside every tensor, before and after

    private readonly List<Operand> _operands = [];
    private int _draws;

    private enum Role
    {
        Read,
        Written,
        Scratch,
    }

    /// <summary>What a kernel reads and must leave as it is: normal numbers times <paramref name="scale"/>.</summary>
    public Tensor<T> Read(string name, int rows, int columns, double scale = 1) => Add(name, rows, columns, Role.Read, Normal(rows, columns, scale));

    /// <summary>What a kernel overwrites: NaN before, so that nothing old can pass for new.</summary>
    public Tensor<T> Written(string name, int rows, int columns) => Add(name, rows, columns, Role.Written, Constant(rows, columns, float.NaN));

    /// <summary>What a kernel adds to or changes in place: normal numbers times <paramref name="scale"/>.</summary>
    public Tensor<T> Changed(string name, int rows, int columns, double scale = 1) => Add(name, rows, columns, Role.Written, Normal(rows, columns, scale));

    /// <summary>What a gradient is added to: <paramref name="value"/> everywhere.</summary>
    public Tensor<T> Filled(string name, int rows, int columns, float value) => Add(name, rows, columns, Role.Written, Constant(rows, columns, value));

    /// <summary>What a kernel reads and may destroy: normal numbers.</summary>
    public Tensor<T> Scratch(string name, int rows, int columns) => Add(name, rows, columns, Role.Scratch, Normal(rows, columns, 1));

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
            if (found.Role == Role.Written)
                Compare(found, expected, tolerance, what);
            else if (found.Role == Role.Read)
                Compare(found, found.Before, $"{what} changed its input");
            CheckBeside(found, what);
        }
    }

    /// <summary>Every written operand has the bits of the other's of the same name.</summary>
    public void ShouldEqual(Operands<T> other, string what)
    {
        foreach ((Operand found, Operand expected) in _operands.Zip(other._operands))
        {
            if (found.Role == Role.Written)
                Compare(found, (row, column) => expected.Tensor[row, column], what);
        }
    }

    public void Dispose()
    {
        foreach (Operand operand in _operands)
            operand.Owner.Dispose();
    }

    private static void Compare(Operand found, Operands<double>.Operand expected, double tolerance, string what)
    {
        for (int row = 0; row < found.Tensor.Rows; row++)
        {
            for (int column = 0; column < found.Tensor.Columns; column++)
            {
                (double x, double y) = (double.CreateChecked(found.Tensor[row, column]), expected.Tensor[row, column]);
                double error = Math.Abs(x - y) / (1 + Math.Abs(y));
                if (!(error <= tolerance) && !x.Equals(y))
                    Assert.Fail($"{what}: {found.Name}[{row}, {column}] expected {y:G9}, found {x:G9}; error {error:G2} over the tolerance {tolerance:G2}");
            }
        }
    }

    private static void Compare(Operand found, Func<int, int, T> expected, string what)
    {
        for (int row = 0; row < found.Tensor.Rows; row++)
        {
            for (int column = 0; column < found.Tensor.Columns; column++)
            {
                (T x, T y) = (found.Tensor[row, column], expected(row, column));
                if (!x.Equals(y))
                    Assert.Fail($"{what}: {found.Name}[{row}, {column}] expected exactly {y:G9}, found {x:G9}");
            }
        }
    }

    private static void CheckBeside(Operand operand, string what)
    {
        Span<T> row_C = operand.Whole.Span;
        int stride = operand.Whole.Columns;
        for (int i = 0; i < row_C.Length; i++)
        {
            int column = (i % stride) - operand.First;
            if ((column < 0 || column >= operand.Tensor.Columns) && row_C[i] != T.CreateChecked(Untouched))
                Assert.Fail($"{what}: wrote beside {operand.Name} {operand.Tensor}, at row {i / stride}, column {column}");
        }
    }

    private static Func<int, int, T> Constant(int rows, int columns, float value)
    {
        T constant = T.CreateChecked(value);
        return (_, _) => constant;
    }

    private Func<int, int, T> Normal(int rows, int columns, double scale)
    {
        float[] values = new float[rows * columns];
        Philox.Normal(values, 1, RandomUse.Weights, _draws++, 0);
        return (row, column) => T.CreateChecked((float)(values[(row * columns) + column] * scale));
    }

    private Tensor<T> Add(string name, int rows, int columns, Role role, Func<int, int, T> values)
    {
        Buffer<T> owner = new((long)rows * (columns + padding));
        Tensor<T> whole = owner.View(0, rows, columns + padding);
        whole.Span.Fill(T.CreateChecked(Untouched));
        int first = padding / 2;
        Tensor<T> tensor = whole.ColumnRange(first, columns);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                tensor[row, column] = values(row, column);
        }

        _operands.Add(new Operand(name, owner, whole, first, tensor, role, values));
        return tensor;
    }

    private sealed record Operand(string Name, Buffer<T> Owner, Tensor<T> Whole, int First, Tensor<T> Tensor, Role Role, Func<int, int, T> Before);
}
