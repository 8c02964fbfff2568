namespace Reprise.Text.Languages;

internal static class Dutch
{
    public static LanguageRules Rules { get; } = new(
        beginnings: """
            de het een hij zij ze het ik jij je u wij we jullie dit dat deze die mijn zijn haar ons onze hun uw en maar of
            want dus toch als toen terwijl omdat nadat voordat hoewel in op aan uit bij met na naar van voor tot over onder
            door tegen zonder om sinds tussen achter dan daar daarna hier nu vandaag gisteren morgen zo ook nog al niet nooit
            niemand niets alle alles veel sommige elke ieder wat wie waar hoe waarom wanneer welke is was waren heeft had
            hebben wordt werd kan kon zal moet er ja nee misschien daarom echter later
            """,
        never: """
            dhr mevr mw mej dr drs prof ir ing mr mrs st bijv bv~ nl~ d.w.z m.a.w o.a t.o.v i.v.m i.p.v ca vgl resp incl excl
            max~ jhr zgn evt
            """,
        beforeBeginning: "str v.chr n.chr chr jl afd a.d b.v n.v red~",
        notBeforeNumber: "nr nrs blz p pp afb hfst fig vol~ art~ tel jan~ feb mrt apr jun jul aug sept okt nov dec",
        afterNumber: "min~ sec km kg cm",
        free: "enz etc e.d e.a")
    {
        EndOfCompounds = "str",
        LettersThatAreWords = "u",
    };
}
