using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// The second pass, where parts are shares of the text: finds the sentences that are held out and takes their words out of the counts, so
/// that the vocabulary counts training text alone.
/// </summary>
/// <param name="maps">The split hashes of the words, with that of <see cref="SplitHash.RareWord"/> for all that are not frequent.</param>
/// <param name="times">-1; or 1 to put the words back.</param>
internal sealed class DividingWorker(
    PartShares shares, ProvisionalFile sentences, IdMaps<ulong> maps, IReadOnlyList<WordCounter> counters, int times) : PipelineWorker
{
    private readonly ProvisionalBlock _block = new();
    private readonly List<int> _heldOut = []; // words, in provisional ids
    private Lazy<ulong[]> _map = new([]);

    public override bool Take()
    {
        if (!sentences.Next(_block))
            return false;
        _map = maps.Of(_block.Counter, _block.Run);
        Position = _block.Position;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Process()
    {
        ReadOnlySpan<ulong> map = _map.Value;
        ReadOnlySpan<ushort> units = _block.Given is null ? _block.Units : [];
        for (int at = 0; at < units.Length;)
        {
            int length = units[at++], start = at;
            ulong seen = 0;
            for (int i = 0; i < length; i++)
                seen = SplitHash.Combine(seen, map[ProvisionalBlock.Next(units, ref at)]);
            Sentences++;
            if (shares.PartOf(seen) == Part.Train)
                continue;
            while (start < at)
                _heldOut.Add(ProvisionalBlock.Next(units, ref start));
        }
    }

    public override void Commit()
    {
        counters[_block.Counter].Recount(_block.Run, CollectionsMarshal.AsSpan(_heldOut), times);
        _heldOut.Clear();
    }
}
