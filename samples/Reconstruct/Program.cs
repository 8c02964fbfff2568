// Reconstructs a sentence from its code and generates five more:  dotnet run --project samples/Reconstruct -- RUN SENTENCE
using Reprise;
using Reprise.Inference;

(string runFolder, string sentence) = (args[0], args[1]);

using SentenceModel model = SentenceModel.Load(runFolder);

Reconstruction again = model.Reconstruct(sentence, new ReconstructOptions { PosteriorMean = true });
Console.WriteLine($"{again.Input} -> {again.Output}   (nll {again.Nll:F1}, kl {again.Kl:F1} nats)");

foreach (Hypothesis hypothesis in model.Generate(count: 5))
    Console.WriteLine(hypothesis.Text);
