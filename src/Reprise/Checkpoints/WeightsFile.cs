using Reprise.Formats;
using Reprise.Model;

namespace Reprise.Checkpoints;

/// <summary>Slabs of parameters as safetensors, each tensor under its parameter's name with a prefix for each slab.</summary>
internal static class WeightsFile
{
    private const string StepKey = "step";

    /// <summary>Writes the slabs; the prefixes must be in ordinal order.</summary>
    /// <param name="step">Stands in the file's metadata, so that files of different checkpoints are told apart.</param>
    public static void Write(Stream stream, long? step, params ReadOnlySpan<(string Prefix, ParameterSlab<float> Slab)> slabs)
    {
        List<TensorInfo> tensors = [];
        foreach ((string prefix, ParameterSlab<float> slab) in slabs)
            tensors.AddRange(slab.Layout.Parameters.Select(p => new TensorInfo(prefix + p.Name, TensorType.F32, Shape(p))));
        Dictionary<string, string> metadata = new() { ["format"] = ModelConfig.CurrentFormat };
        if (step is { } number)
            metadata[StepKey] = FormattableString.Invariant($"{number}");

        SafeTensorsWriter writer = new(stream, tensors, metadata);
        foreach ((string prefix, ParameterSlab<float> slab) in slabs)
        {
            foreach (Parameter parameter in slab.Layout.Parameters)
                writer.Write<float>(prefix + parameter.Name, slab[parameter].Span);
        }

        writer.Finish();
    }

    /// <summary>Checks that a file holds exactly the tensors of a layout, by names, types and shapes.</summary>
    /// <exception cref="InputException">Something is missing, superfluous or of another shape.</exception>
    public static void Check(SafeTensors file, ParameterLayout layout, params ReadOnlySpan<string> prefixes)
    {
        HashSet<string> expected = new(StringComparer.Ordinal);
        foreach (string prefix in prefixes)
        {
            foreach (Parameter parameter in layout.Parameters)
            {
                file.Expect(prefix + parameter.Name, TensorType.F32, Shape(parameter));
                expected.Add(prefix + parameter.Name);
            }
        }

        if (file.Names.FirstOrDefault(name => !expected.Contains(name)) is { } extra)
            throw new InputException($"{file.FilePath}: {file[extra]} belongs to no part of the model that config.json describes; expected {expected.Count} tensors, found {file.Names.Count}. Do tieEmbeddings, posteriorLayers and latentInput fit?");
    }

    /// <summary>Fills a slab from a checked file.</summary>
    /// <exception cref="InputException">A number is not finite.</exception>
    public static void Read(SafeTensors file, string prefix, ParameterSlab<float> slab)
    {
        foreach (Parameter parameter in slab.Layout.Parameters)
        {
            Span<float> elements = slab[parameter].Span;
            file.ReadFloats(prefix + parameter.Name, elements, Shape(parameter));
            foreach (float element in elements)
            {
                if (!float.IsFinite(element))
                    throw new InputException(FormattableString.Invariant($"{file.FilePath}: {prefix}{parameter.Name} holds {element}; expected finite numbers"));
            }
        }
    }

    /// <summary>Checks that the file belongs to the checkpoint of this step.</summary>
    /// <exception cref="InputException">It belongs to another, or does not say.</exception>
    public static void CheckStep(SafeTensors file, long step)
    {
        string found = file.Metadata.GetValueOrDefault(StepKey, "none");
        if (found != FormattableString.Invariant($"{step}"))
            throw new InputException($"{file.FilePath}: expected the checkpoint of step {step} that {RunFolder.ProgressName} names, found step {found}; was the file copied from elsewhere? Restore it, or start a new run");
    }

    private static long[] Shape(Parameter parameter) => [.. parameter.Shape.Select(size => (long)size)];
}
