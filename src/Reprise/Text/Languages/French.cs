namespace Reprise.Text.Languages;

internal static class French
{
    public static LanguageRules Rules { get; } = new(
        beginnings: """
            le la les l un une des du de d il elle ils elles on je j tu nous vous ce c cet cette ces cela ça mon ma mes ton ta
            tes son sa ses notre nos votre vos leur leurs mais et ou donc or ni car puis alors ensuite enfin dans en sur sous
            pour par avec sans chez vers entre après avant depuis pendant quand lorsque lorsqu si s comme que qu qui quoi où
            comment pourquoi quel quelle quels quelles y à au aux ne n pas non oui tout tous toute toutes chaque plusieurs
            certains aucun rien personne ici là aujourd hier demain est était sont peut voilà voici cependant pourtant ainsi
            aussi même
            """,
        never: """
            M MM mme mmes mlle mlles mgr Me dr drs pr st ste vve cf env càd p.ex ibid cdt Prof Capt Lt Col Sgt Adj
            """,
        beforeBeginning: "av apr bd boul ex~ éd ap anc dir~ univ trad coll ch Ph Th suppl introd rééd",
        notBeforeNumber: """
            n° nº no nos p pp vol~ vols~ chap fig figs art~ tél janv févr avr juil sept~ oct nov déc t l v r al pl réf tabl ann
            """,
        afterNumber: "min~ sec~ km kg cm fr h",
        free: "etc cie sté")
    {
        LettersThatAreWords = "ayà",
        Elides = true,
    };
}
