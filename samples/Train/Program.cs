// Trains a small model on a text:  dotnet run --project samples/Train -- TEXT CORPUS RUN [MINUTES]
using System.Globalization;
using Reprise.Text;
using Reprise.Training;

(string text, string corpusFolder, string runFolder) = (args[0], args[1], args[2]);
double minutes = args.Length > 3 ? double.Parse(args[3], CultureInfo.InvariantCulture) : 2;

CorpusBuilder.Build(new PrepareOptions { Inputs = [text] }, corpusFolder);
using Corpus corpus = Corpus.Open(corpusFolder);

TrainingResult result = Trainer.Train(
    corpus,
    Presets.Small.Model(corpus.Vocabulary.Count),
    Presets.Small.Training with { Objective = Objective.AutoGen(m: 1), Minutes = minutes },
    runFolder);

Console.WriteLine($"{result.Step} steps; held-out sentences: nll {result.LastEvaluation?.Nll:F1}, kl {result.LastEvaluation?.Kl:F1} nats");
