using System.Globalization;
using System.Text;
using Reprise.Formats;
using Reprise.Studies.Charts;

namespace Reprise.Studies.Reports;

/// <summary>A curve of the paper's Fig. 2.</summary>
/// <param name="Name">The name of a study's run, for example "autogen-m1".</param>
/// <param name="Title">The name in the report, for example "AutoGen (m = 1)".</param>
internal sealed record PublishedCurve(string Name, string Title, IReadOnlyList<CurvePoint> Points);

/// <summary>
/// The published curves of training: Mansbridge, Fierimonte, Feige and Barber 2019, "Improving latent variable descriptiveness by
/// modelling rather than ad-hoc factors", Machine Learning 108, Fig. 2.
/// </summary>
internal sealed partial class PublishedCurves
{
    private const int LargestFile = 4 << 20; // a thousand times the expected size
    private static readonly string[] Quantities = ["elbo", "reconstruction", "kl", "kl_share"];

    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        ["vae"] = "VAE",
        ["vae_annealed"] = "VAE, annealed",
        ["autogen_m1"] = "AutoGen (m = 1)",
        ["autogen_m2"] = "AutoGen (m = 2)",
    };

    private PublishedCurves(IReadOnlyList<PublishedCurve> curves) => Curves = curves;

    /// <summary>A few dozen points of each curve, denser early in training. Exact to the third decimal.</summary>
    internal static PublishedCurves Selection { get; } = Parse(Encoding.UTF8.GetBytes(SelectionText), "the built-in selection");

    internal IReadOnlyList<PublishedCurve> Curves { get; }

    /// <summary>
    /// Reads CSV whose first line is <c>iteration</c> and, for each model, <c>MODEL_elbo, MODEL_reconstruction, MODEL_kl,
    /// MODEL_kl_share</c>, in any order; elbo and reconstruction are negative, as in the figure, in nats per sentence.
    /// </summary>
    /// <exception cref="InputException">It cannot be read, is too large, or not such a file.</exception>
    public static PublishedCurves Read(string path)
    {
        byte[] text = OutsideFile.ReadAll(path, LargestFile, "CSV with published curves (iteration, vae_elbo, vae_kl, …)");
        return text.Length > 0
            ? Parse(Utf8Text.Check(path, text), path)
            : throw new InputException($"{path}: 0 bytes; expected CSV with published curves (iteration, vae_elbo, vae_kl, …)");
    }

    /// <param name="where">The file, for messages.</param>
    private static PublishedCurves Parse(ReadOnlyMemory<byte> text, string where)
    {
        CsvRecord[] records = [.. CsvRecord.Read(text, where)];
        string[] header = [.. records.Take(1).SelectMany(record => record.Fields).Select(field => field.Trim())];
        int iteration = Array.IndexOf(header, "iteration");
        string[] models = [.. header.Where(column => column.EndsWith("_elbo", StringComparison.Ordinal))
            .Select(column => column[..^"_elbo".Length])];
        if (iteration < 0 || models.Length == 0)
            throw new InputException($"{where}, line 1: expected the columns iteration and, for each model, "
                + $"MODEL_{string.Join(", MODEL_", Quantities)}; found \"{Shortened(string.Join(',', header))}\"");
        if (header.Distinct(StringComparer.Ordinal).Count() != header.Length)
            throw new InputException($"{where}, line 1: a column stands there twice");

        int[][] columns =
            [.. models.Select(model => Quantities.Select(quantity => Array.IndexOf(header, $"{model}_{quantity}") is int at and >= 0
            ? at
            : throw new InputException($"{where}, line 1: no column {model}_{quantity} beside {model}_elbo")).ToArray())];
        List<CurvePoint>[] points = [.. models.Select(_ => new List<CurvePoint>())];
        double before = -1;
        foreach ((int line, IReadOnlyList<string> fields) in records.Skip(1))
        {
            if (fields.Count != header.Length)
                throw new InputException($"{where}, line {line}: expected {header.Length} fields as in line 1, found {fields.Count}");
            double step = Number(iteration, 0, double.MaxValue);
            if (step <= before)
                throw new InputException($"{where}, line {line}: iteration {Text(step)} does not come after {Text(before)}; "
                    + "expected ascending ones");
            before = step;
            for (int model = 0; model < models.Length; model++)
            {
                int[] at = columns[model];
                double elbo = Number(at[0], double.MinValue, 0);
                double nll = -Number(at[1], double.MinValue, 0);
                points[model].Add(new CurvePoint(step, nll, Number(at[2], 0, double.MaxValue), elbo, Number(at[3], 0, 1)));
            }

            double Number(int column, double least, double most)
            {
                string field = fields[column];
                return double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value) && value >= least && value <= most
                    ? value
                    : throw new InputException($"{where}, line {line}, {header[column]}: expected a number {Range(least, most)}, "
                        + $"found \"{Shortened(field)}\"");
            }
        }

        if (before < 0)
            throw new InputException($"{where}: no line after the first; expected one a measurement");
        return new PublishedCurves([.. models.Select((model, index) =>
            new PublishedCurve(Markup.Slug(model), Titles.GetValueOrDefault(model, model.Replace('_', ' ')), points[index]))]);
    }

    private static string Range(double least, double most) =>
        most == 0 ? "of at most 0 (as in the figure)" : most == 1 ? "between 0 and 1" : "of at least 0";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
