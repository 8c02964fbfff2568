using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Tests.Inference;

/// <summary>
/// Beam search as a textbook has it, for one sentence, with no batching: every prefix is run through the decoder from the
/// start. The reference of the real one.
/// </summary>
internal static class PlainBeam
{
    public static WordSequence Search(SentenceAutoencoder<double> model, Tensor<double> z_1Z, int width, int longest)
    {
        double[] z = z_1Z.Row(0).ToArray();
        List<WordSequence> live = [new([], 0)], ended = [];
        for (int step = 0; step < longest; step++)
        {
            List<WordSequence> grown = [];
            foreach (WordSequence parent in live)
            {
                double[] logProbabilities_V = NextWord(model, z, parent.Words);
                IEnumerable<int> words = Enumerable.Range(0, logProbabilities_V.Length).Where(v => v >= Vocabulary.EndOfSentence);
                foreach (int word in words.OrderByDescending(v => logProbabilities_V[v]).Take(width))
                    grown.Add(new WordSequence([.. parent.Words, word], parent.LogProbability + logProbabilities_V[word]));
            }

            live = [];
            foreach (WordSequence best in grown.OrderByDescending(g => g.LogProbability).Take(width))
            {
                if (best.Words[^1] == Vocabulary.EndOfSentence)
                    ended.Add(best with { Words = best.Words[..^1] });
                else
                    live.Add(best);
            }

            if (live.Count == 0 || (ended.Count > 0 && ended.Max(e => e.LogProbability) >= live[0].LogProbability))
                break;
        }

        return (ended.Count > 0 ? ended : live).MaxBy(e => e.LogProbability);
    }

    private static double[] NextWord(SentenceAutoencoder<double> model, double[] z, int[] words)
    {
        model.Workspace.Reset();
        Tensor<double> z_1Z = model.Workspace.Take(1, z.Length);
        z.CopyTo(z_1Z.Row(0));
        int S = model.Options.StateSize;
        DecoderState<double> state = model.Decoder.Start(z_1Z);
        Tensor<double> x_1E = model.Decoder.FirstInputs(z_1Z);
        for (int t = 0; ; t++)
        {
            DecoderState<double> next = state with { H_BS = model.Workspace.Take(1, S), C_BS = model.Workspace.Take(1, S) };
            Tensor<double> features_1F = model.Decoder.Step(next, state, x_1E);
            state = next;
            if (t == words.Length)
            {
                Tensor<double> y_1V = model.Workspace.Take(1, model.Options.VocabularySize);
                model.Kernels.LogProbabilities(y_1V, features_1F, model.Decoder.OutputWeight_VF, model.Decoder.OutputBias_V);
                return y_1V.Row(0).ToArray();
            }

            x_1E = model.Decoder.Inputs([words[t]]);
        }
    }
}
