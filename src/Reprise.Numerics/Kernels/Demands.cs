using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Reprise.Numerics;

/// <summary>The kinds of demands in <see cref="Shapes"/>. The operation is the calling method, the name its argument.</summary>
internal static class Demands
{
    public static void Require<T>(
        Tensor<T> tensor, int rows, int columns, [CallerArgumentExpression(nameof(tensor))] string name = "",
        [CallerMemberName] string operation = "")
        where T : unmanaged
    {
        if (tensor.IsAbsent || tensor.Rows != rows || tensor.Columns != columns)
            Fail(operation, name, $"[{rows}, {columns}]", Describe(tensor));
    }

    public static void RequirePresent<T>(
        Tensor<T> tensor, [CallerArgumentExpression(nameof(tensor))] string name = "", [CallerMemberName] string operation = "")
        where T : unmanaged
    {
        if (tensor.IsAbsent)
            Fail(operation, name, "a tensor", Describe(tensor));
    }

    public static void RequireOrAbsent<T>(
        Tensor<T> tensor, int rows, int columns, [CallerArgumentExpression(nameof(tensor))] string name = "",
        [CallerMemberName] string operation = "")
        where T : unmanaged
    {
        if (!tensor.IsAbsent)
            Require(tensor, rows, columns, name, operation);
    }

    public static void RequireState<T>(
        Tensor<T> tensor, int sequences, int columns,
        [CallerArgumentExpression(nameof(tensor))] string name = "", [CallerMemberName] string operation = "")
        where T : unmanaged
    {
        if (!tensor.IsAbsent && (tensor.Rows < sequences || tensor.Columns != columns))
            Fail(operation, name, $"[{sequences} or more, {columns}]", Describe(tensor));
    }

    public static void RequireAll<T>(Tensor<T> x, int values, [CallerMemberName] string operation = "")
        where T : unmanaged
    {
        RequirePresent(x, nameof(x), operation);
        if (values != x.Length)
            Fail(operation, nameof(values), $"{x.Length} elements for x {x}", $"{values}");
    }

    public static void RequireInRange(
        ReadOnlySpan<int> values, int from, int below,
        [CallerArgumentExpression(nameof(values))] string name = "", [CallerMemberName] string operation = "")
    {
        int wrong = below > from ? values.IndexOfAnyExceptInRange(from, below - 1) : values.IsEmpty ? -1 : 0;
        if (wrong >= 0)
            Fail(operation, $"{name}[{wrong}]", $"{from} to {below - 1}", $"{values[wrong]}");
    }

    public static string Describe<T>(Tensor<T> tensor)
        where T : unmanaged => tensor.IsAbsent ? "no tensor" : tensor.ToString();

    [DoesNotReturn]
    public static void Fail(string operation, string name, string expected, string found) =>
        throw new ArgumentException($"{operation}: {name} expected {expected}, found {found}");
}
