namespace Reprise.Text.Languages;

internal static class English
{
    private const string Beginnings = """
        a an the this that these those it he she they we you i its his her their our your my there here then now but and or so
        yet nor if when while after before since until because although though once as at by for from in into of on over under
        with without within to what who whom whose which why where how whether not no yes some any many most few several all
        both each every another other others one two three such even only just perhaps maybe however moreover furthermore
        nevertheless thus hence therefore meanwhile instead still also again soon later today yesterday tomorrow is are was
        were do does did has have had can could will would shall should may might must let please people everyone everybody
        nobody nothing something someone
        """;

    /// <summary>English for models and corpora made before languages were distinguished, which depend on these rules.</summary>
    public static LanguageRules WithoutLanguage { get; } = new(
        beginnings: "",
        never: """
            mr mrs ms dr st messrs mme mlle prof rev revd hon col capt gen lieut lt sgt sergt cpl maj gov sen rep supt insp mt
            vs cf viz vol fig ph.d
            """,
        free: "etc jr sr esq co inc ltd corp dept ave approx")
    {
        LettersThatAreWords = "iI",
        AsciiInitials = true,
    };

    public static LanguageRules Rules { get; } = new(
        Beginnings,
        never: """
            mr mrs ms mx dr drs messrs mme mlle prof profs rev revd hon col capt cdr cmdr adm gen Brig lieut lt sgt sergt cpl
            pvt maj gov sen sens rep reps supt insp det ald amb asst assoc vs v viz cf e.g i.e ca approx esp incl Pres Msgr Fr
            atty cmdt
            """,
        beforeBeginning: """
            st mt mts ft~ ave blvd rd hwy sq~ bros assn univ dept al~ ed~ eds ph.d m.sc b.sc d.phil litt.d ll.d ll.b Calif
            Mass Conn Fla Tenn Ill Wis Minn Mich Ariz Colo Tex Penn Wash Ky Va Ga La Okla Nev Mo Ind Neb Kan Del Md Vt Ont Que
            Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun trans~ suppl supp Proc Natl Acad Sci Soc Phys Chem Biol Intl
            """,
        notBeforeNumber: """
            no~ nos n° nº pp p fig~ figs vol~ vols ch chap~ chaps sec~ sect~ sects art~ arts~ eq eqs ref refs tab~ op~ pt pts
            bk ex~ par~ para~ pl app~ n l jan feb Mar apr Jun Jul aug sept sep oct nov dec
            ext tel cl c d b r fl ll nn fol fols chs fn fns est ser lect Thm Thms Def Defs Prop Props Cor Lem Rem Alg Ver
            Apt Bldg Rm
            """,
        afterNumber: "lb lbs oz yd yds hr hrs mins secs yr yrs km kg cm mm cwt h m s",
        free: "etc jr sr esq co inc ltd corp plc",
        time: "a.m p.m")
    {
        LettersThatAreWords = "iI",
        AsciiInitials = true,
    };
}
