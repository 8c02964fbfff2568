using System.Globalization;

namespace Reprise.Text;

/// <summary>
/// The canonical composition of Unicode (NFC, Unicode Standard Annex 15): equivalent characters are written alike. The tables are the
/// library's own, so that a text has the same words on every machine and in every mode of globalization; the invariant mode composes
/// nothing. Characters newer than the tables stay as they are.
/// </summary>
internal static class CanonicalForm
{
    private const int Characters = 0x30000; // beyond them nothing composes
    private const ushort Class = 0xFF, Decomposes = 0x100, Composes = 0x200, Unsettled = 0x400;
    private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Trails = 0x11A7; // of Hangul
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28;

    private static readonly ushort[] s_properties = new ushort[Characters];
    private static readonly Dictionary<int, (int First, int Second)> s_parts = [];
    private static readonly Dictionary<(int First, int Second), int> s_wholes = [];

    static CanonicalForm()
    {
        using StreamReader reader = new(typeof(CanonicalForm).Assembly.GetManifestResourceStream("Unicode.txt")!);
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ');
            if (fields[0] == "#")
                continue;
            if (fields[0] is "=" or ">")
                AddParts(Hex(fields[1]), Hex(fields[2]), fields.Length > 3 ? Hex(fields[3]) : 0, oneWay: fields[0] == ">");
            else
                Range(Hex(fields[0]), Hex(fields[1])).Fill((ushort)(ushort.Parse(fields[2], CultureInfo.InvariantCulture) | Unsettled));
        }

        Range(Vowels, Vowels + VowelCount - 1).Fill(Composes | Unsettled);
        Range(Trails + 1, Trails + TrailCount - 1).Fill(Composes | Unsettled);

        static Span<ushort> Range(int first, int last) => s_properties.AsSpan(first..(last + 1));

        static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>The canonical combining class of a character; 0 for a starter.</summary>
    public static int ClassOf(int character) => Properties(character) & Class;

    /// <summary>True for a character that may give its text another canonical form.</summary>
    public static bool IsUnsettled(int character) => (Properties(character) & Unsettled) != 0;

    /// <summary>The parts of a character, one level deep; the second may be 0. Syllables of Hangul stay whole.</summary>
    public static bool TryGetParts(int character, out (int First, int Second) parts)
    {
        parts = default;
        return (Properties(character) & Decomposes) != 0 && s_parts.TryGetValue(character, out parts);
    }

    /// <summary>The character that two characters become; 0 if there is none.</summary>
    public static int Compose(int first, int second)
    {
        if ((Properties(second) & Composes) == 0)
            return 0;
        if ((uint)(first - Leads) < LeadCount && (uint)(second - Vowels) < VowelCount)
            return Syllables + ((((first - Leads) * VowelCount) + second - Vowels) * TrailCount);
        bool lacksTrail = (uint)(first - Syllables) < LeadCount * VowelCount * TrailCount && (first - Syllables) % TrailCount == 0;
        if (lacksTrail && (uint)(second - Trails) < TrailCount)
            return first + second - Trails;
        return s_wholes.GetValueOrDefault((first, second));
    }

    private static int Properties(int character) => character < Characters ? s_properties[character] : 0;

    private static void AddParts(int character, int first, int second, bool oneWay)
    {
        s_parts.Add(character, (first, second));
        s_properties[character] |= Decomposes;
        if (oneWay)
        {
            s_properties[character] |= Unsettled;
            return;
        }

        s_wholes.Add((first, second), character);
        s_properties[second] |= Composes | Unsettled;
    }
}
