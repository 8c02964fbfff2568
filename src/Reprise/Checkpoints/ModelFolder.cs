using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Checkpoints;

/// <summary>
/// A model on disk: config.json, vocabulary.txt and model.safetensors, which may be copied anywhere; a run's folder is one too. The
/// files are not trusted: they are checked against each other before memory is allocated.
/// </summary>
internal sealed class ModelFolder
{
    internal const string ConfigName = "config.json";
    internal const string VocabularyName = "vocabulary.txt";
    internal const string WeightsName = "model.safetensors";

    private ModelFolder(string path, ModelConfig config, Vocabulary vocabulary)
    {
        FolderPath = path;
        Config = config;
        Vocabulary = vocabulary;
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>The contents of config.json.</summary>
    public ModelConfig Config { get; }

    /// <summary>The words of vocabulary.txt.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Reads config and vocabulary and checks the weights' names, types and shapes; the weights stay on disk.</summary>
    /// <exception cref="InputException">A file is missing or unsound, or they do not belong together.</exception>
    public static ModelFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            string found = File.Exists(path) ? "is a file" : "no such folder";
            throw new InputException($"{path}: {found}; expected a folder with {ConfigName}, {VocabularyName} and {WeightsName}");
        }

        ModelFolder folder = OpenWithoutWeights(path);
        using SafeTensors file = folder.OpenWeights();
        return folder;
    }

    /// <summary>Writes a model folder, making it if need be; each file atomically, the weights last.</summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <param name="type">The type of the weights in the file: F32, or BF16 for half the size.</param>
    public static void Save(
        string path, ModelConfig config, Vocabulary vocabulary, ParameterSlab<float> weights, TensorType type = TensorType.F32)
    {
        Directory.CreateDirectory(path);
        vocabulary.Save(Path.Combine(path, VocabularyName));
        AtomicFile.WriteText(Path.Combine(path, ConfigName), config.With(vocabulary).ToJson());
        AtomicFile.Write(Path.Combine(path, WeightsName), stream => WeightsFile.Write(stream, step: null, type, ("", weights)));
    }

    /// <summary>The model with its weights.</summary>
    /// <param name="kernels">The back end; owned by the caller.</param>
    /// <exception cref="InputException">The weights do not fit or are not finite.</exception>
    public SentenceAutoencoder<float> LoadModel(IKernels<float> kernels)
    {
        using SafeTensors file = OpenWeights();
        file.CheckSum();
        SentenceAutoencoder<float> model = new(Config.Model, kernels);
        try
        {
            WeightsFile.Read(file, "", model.Weights);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Checks the whole files against their checksums, those of a run's checkpoint included.</summary>
    /// <param name="progress">Receives the number of bytes read so far.</param>
    /// <exception cref="InputException">A file was changed or damaged, or does not belong to the others.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal IReadOnlyList<FileSum> Verify(IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        string vocabulary = Path.Combine(FolderPath, VocabularyName);
        bool hasHash = Config.VocabularyHash is not null; // checked when the folder was opened
        List<FileSum> sums = [new(VocabularyName, new FileInfo(vocabulary).Length, hasHash)];
        long done = 0;
        AddCheckpoint("");
        AddCheckpoint($"{RunFolder.KeptName}/");
        return sums;

        void AddCheckpoint(string place)
        {
            string folder = Path.Combine(FolderPath, place);
            ProgressFile? run = ProgressFile.Find(folder);
            foreach (string name in (string[])[WeightsName, RunFolder.OptimizerName])
            {
                if (!File.Exists(RunFolder.Find(folder, name)))
                    continue;
                using SafeTensors file = RunFolder.Read(folder, name, SafeTensors.Open);
                run?.CheckSum(file);
                FileSum sum = file.CheckSum(read => progress?.Report(done += read), cancellation);
                sums.Add(sum with { Name = place + sum.Name });
            }

            FileInfo runFile = new(RunFolder.Find(folder, RunFolder.ProgressName));
            if (run is not null)
                sums.Add(new FileSum(place + runFile.Name, runFile.Length, run.HasSum));
        }
    }

    /// <summary>Opens a folder that may have no weights yet.</summary>
    internal static ModelFolder OpenWithoutWeights(string path)
    {
        ModelConfig config = ModelConfig.Load(Path.Combine(path, ConfigName));
        string vocabularyPath = Path.Combine(path, VocabularyName);
        Vocabulary vocabulary = Vocabulary.Load(vocabularyPath);
        if (vocabulary.Count != config.Model.VocabularySize)
        {
            string expectation = $"expected {config.Model.VocabularySize} lines (model.vocabularySize of {ConfigName})";
            throw new InputException($"{vocabularyPath}: {expectation}, found {vocabulary.Count}");
        }

        if (config.VocabularyHash is { } expected && expected != vocabulary.Hash)
        {
            string toDo = $"copy it again, or take \"vocabulary\" out of {ConfigName} if it was changed on purpose";
            throw FileSum.Differs(vocabularyPath, expected, vocabulary.Hash, toDo);
        }

        return new ModelFolder(path, config, vocabulary);
    }

    private SafeTensors OpenWeights()
    {
        string path = Path.Combine(FolderPath, WeightsName);
        if (!File.Exists(RunFolder.Find(FolderPath, WeightsName)) && !File.Exists(path))
        {
            const string expected = "expected the weights of the model (a run has them from its first checkpoint on)";
            throw new InputException($"{path}: no such file; {expected}");
        }

        SafeTensors file = RunFolder.Read(FolderPath, WeightsName, SafeTensors.Open);
        try
        {
            WeightsFile.Check(file, new ParameterLayout(Config.Model), "");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
