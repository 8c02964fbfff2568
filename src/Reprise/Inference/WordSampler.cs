using System.Numerics;
using System.Runtime.InteropServices;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Inference;

/// <summary>Draws sentences word by word from the decoder's distribution, many at once.</summary>
internal sealed class WordSampler<T>(SentenceAutoencoder<T> model) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IncrementalDecoder<T> _decoder = new(model);
    private readonly WordDraw _draw = new();
    private T[] _logProbabilities_RV = [];
    private double[] _logProbabilities_V = [];

    /// <summary>Draws one sentence for each code, as a function of the code, the seed and the key.</summary>
    /// <param name="z_SZ">The codes; may lie in the model's workspace, which is reset.</param>
    /// <param name="keys">A number for each code: its draws are those of (seed, <see cref="RandomUse.Sampling"/>, position, key).</param>
    /// <exception cref="OperationCanceledException">Cancelled between two words; other draws may follow.</exception>
    public WordSequence[] Draw(
        Tensor<T> z_SZ, SamplingOptions sampling, int maximumWords, ulong seed, ReadOnlySpan<long> keys, CancellationToken cancellation)
    {
        int V = model.Options.VocabularySize;
        if (_logProbabilities_V.Length != V)
            _logProbabilities_V = new double[V];
        List<int>[] drawn = new List<int>[z_SZ.Rows];
        double[] scores = new double[z_SZ.Rows];
        List<int> live = [], next = [], parents = [], words = [];
        for (int s = 0; s < drawn.Length; s++)
        {
            drawn[s] = [];
            live.Add(s);
        }

        for (int step = 0; step < maximumWords && live.Count > 0; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor<T> features_RF = step == 0
                ? _decoder.Start(z_SZ)
                : _decoder.Advance(CollectionsMarshal.AsSpan(parents), CollectionsMarshal.AsSpan(words));
            Tensor<T> logProbabilities_RV = model.Workspace.Take(features_RF.Rows, V);
            model.Kernels.LogProbabilities(logProbabilities_RV, features_RF, model.Decoder.OutputWeight_VF, model.Decoder.OutputBias_V);
            int elements = checked((int)logProbabilities_RV.Length);
            if (_logProbabilities_RV.Length < elements)
                _logProbabilities_RV = new T[elements];
            model.Kernels.Read(_logProbabilities_RV.AsSpan(0, elements), logProbabilities_RV);

            (parents, words, next) = ([], [], []);
            for (int r = 0; r < live.Count; r++)
            {
                int s = live[r];
                ReadOnlySpan<T> row_V = _logProbabilities_RV.AsSpan(r * V, V);
                for (int v = 0; v < V; v++)
                    _logProbabilities_V[v] = double.CreateChecked(row_V[v]);
                double uniform = ((Philox.Word(seed, RandomUse.Sampling, step, keys[s]) >> 11) + 0.5) * (1.0 / (1UL << 53));
                int word = _draw.Next(_logProbabilities_V, Vocabulary.EndOfSentence, sampling, uniform);
                scores[s] += _logProbabilities_V[word];
                if (word == Vocabulary.EndOfSentence)
                    continue;
                drawn[s].Add(word);
                next.Add(s);
                parents.Add(r);
                words.Add(word);
            }

            live = next;
        }

        return [.. drawn.Select((sentence, s) => new WordSequence([.. sentence], scores[s]))];
    }

    public void Dispose() => _decoder.Dispose();
}
