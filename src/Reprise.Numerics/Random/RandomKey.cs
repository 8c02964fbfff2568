namespace Reprise.Numerics;

/// <summary>The numbers that a draw of <see cref="Philox"/> is a function of.</summary>
/// <param name="A">The first number of the draw, which <see cref="Philox"/> calls its step.</param>
/// <param name="B">The second number of the draw, which <see cref="Philox"/> calls its index.</param>
internal readonly record struct RandomKey(ulong Seed, RandomUse Use, long A, long B);
