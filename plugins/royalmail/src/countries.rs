//! Countries, which Royal Mail writes with three letters.

use parcelwatch_plugin::Country;

/// ISO 3166-1, November 2026: three letters, and the two that the rest of the world of parcels uses.
const LETTERS: &str = "\
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI \
    BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT \
    BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU \
    CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET \
    FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR \
    GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR \
    IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB \
    LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH \
    MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE \
    NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL \
    PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ \
    SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC \
    TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY \
    USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW";
/// The two letters of a country told with three.
pub(crate) fn two_letters(told: &Option<String>) -> Option<&'static str> {
    let told = told.as_deref()?.trim().to_ascii_uppercase();
    let found = LETTERS.split_whitespace().find_map(|pair| pair.strip_prefix(&told));
    found.filter(|two| Country::new(two).is_some_and(|country| country.is_assigned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(three: &str) -> Option<&'static str> {
        two_letters(&Some(three.to_owned()))
    }

    #[test]
    fn every_country_is_known_by_its_three_letters() {
        let pairs: Vec<&str> = LETTERS.split_whitespace().collect();
        assert_eq!(pairs.len(), 249);
        assert!(pairs.is_sorted() && pairs.iter().all(|pair| pair.len() == 5));
        // Nobody lives on these two, and no parcel goes there.
        let unknown: Vec<&str> = pairs.iter().map(|pair| &pair[..3]).filter(|three| two(three).is_none()).collect();
        assert_eq!(unknown, ["BVT", "HMD"]);
    }

    #[test]
    fn letters_that_are_no_country_name_none() {
        assert_eq!((two("GBR"), two(" deu "), two("CHN")), (Some("GB"), Some("DE"), Some("CN")));
        for told in ["", "GB", "GBRG", "GBRGB", "XXX", "WBR", "é"] {
            assert_eq!(two(told), None, "{told:?}");
        }
        assert_eq!(two_letters(&None), None);
    }
}
