namespace Reprise.Inference;

/// <summary>The path from one code to another.</summary>
public enum InterpolationPath
{
    /// <summary>The straight line.</summary>
    Linear,

    /// <summary>The arc between the codes' directions, on which lengths stay as usual as the ends' (Shoemake 1985; White 2016).</summary>
    Spherical,
}

/// <summary>Codes between two codes.</summary>
internal static class Interpolation
{
    private const double SmallestAngle = 1e-6; // below it the arc is the line

    /// <summary>The code at <paramref name="t"/> of the path: 0 gives <paramref name="from"/>, 1 gives <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentException">The codes differ in size.</exception>
    public static float[] At(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t, InterpolationPath path = InterpolationPath.Linear)
    {
        if (from.Length != to.Length)
            throw new ArgumentException($"codes of {from.Length} and {to.Length} dimensions", nameof(to));
        (double a, double b) = path == InterpolationPath.Spherical ? SphericalWeights(from, to, t) : (1 - t, t);
        float[] code = new float[from.Length];
        for (int k = 0; k < code.Length; k++)
            code[k] = (float)((a * from[k]) + (b * to[k]));
        return code;
    }

    // sin((1 - t) Ω) / sin Ω and sin(t Ω) / sin Ω. Opposite codes have no arc of their own: the line again.
    private static (double From, double To) SphericalWeights(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        double dot = 0, fromSquare = 0, toSquare = 0;
        for (int k = 0; k < from.Length; k++)
        {
            dot += (double)from[k] * to[k];
            fromSquare += (double)from[k] * from[k];
            toSquare += (double)to[k] * to[k];
        }

        double angle = Math.Acos(Math.Clamp(dot / Math.Sqrt(fromSquare * toSquare), -1, 1));
        return angle > SmallestAngle && angle < Math.PI - SmallestAngle
            ? (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle))
            : (1 - t, t); // also where a code is zero and the angle is not a number
    }
}
