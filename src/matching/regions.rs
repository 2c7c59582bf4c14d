//! Which state a US area code belongs to (North American Numbering Plan): a phone tells the region where an address is missing.
//!
//! Must stay weak evidence: a mobile phone keeps its number when its owner moves. Codes of other countries tell nothing.

/// State and its area codes, overlays included.
const STATES: &str = "al 205 251 256 334 659 938|ak 907|az 480 520 602 623 928|ar 327 479 501 870|\
ca 209 213 279 310 323 341 350 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 747 760 805 818 820 831 840 858 \
909 916 925 949 951|co 303 719 720 970 983|ct 203 475 860 959|dc 202 771|de 302|\
fl 239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954|\
ga 229 404 470 478 678 706 762 770 912 943|hi 808|ia 319 515 563 641 712|id 208 986|\
il 217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872|in 219 260 317 463 574 765 812 930|ks 316 620 785 913|\
ky 270 364 502 606 859|la 225 318 337 504 985|ma 339 351 413 508 617 774 781 857 978|md 227 240 301 410 443 667|me 207|\
mi 231 248 269 313 517 586 616 679 734 810 906 947 989|mn 218 320 507 612 651 763 924 952|\
mo 235 314 417 557 573 636 660 816 975|ms 228 601 662 769|mt 406|nc 252 336 472 704 743 828 910 919 980 984|nd 701|ne 308 402 531|\
nh 603|nj 201 551 609 640 732 848 856 862 908 973|nm 505 575|nv 702 725 775|\
ny 212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934|\
oh 216 220 234 283 326 330 380 419 436 440 513 567 614 740 937|ok 405 539 572 580 918|or 458 503 541 971|\
pa 215 223 267 272 412 445 484 570 582 610 717 724 814 835 878|pr 787 939|ri 401|sc 803 821 839 843 854 864|sd 605|\
tn 423 615 629 731 865 901 931|\
tx 210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972 979|ut 385 435 801|\
va 276 434 540 571 686 703 757 804 826 948|vt 802|wa 206 253 360 425 509 564|wi 262 274 353 414 534 608 715 920|wv 304 681|wy 307";

/// The two letters of the state in whose region the area code is, as `fields::state` writes them.
pub(super) fn state_of(area: &str) -> Option<&'static str> {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static BY_AREA: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
        let rows = STATES.split('|').filter_map(|row| row.split_once(' '));
        rows.flat_map(|(state, codes)| codes.split(' ').map(move |code| (code, state))).collect()
    });
    BY_AREA.get(area).copied()
}

/// The state of the first number among some fields that tells one.
pub(super) fn by_phone(fields: &[&str]) -> Option<&'static str> {
    let area = |number: super::fields::PhoneText| number.ten.and_then(|ten| state_of(ten.get(..3)?));
    fields.iter().flat_map(|field| super::fields::phones(field)).find_map(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_code_tells_its_state_and_a_free_or_foreign_one_nothing() {
        assert_eq!((state_of("713"), state_of("206"), state_of("918")), (Some("tx"), Some("wa"), Some("ok")));
        assert_eq!((state_of("800"), state_of("416"), state_of("44")), (None, None, None));
        assert_eq!(by_phone(&["", "555-1212", "1-800-555-1212", "(702) 555-1212 x3"]), Some("nv"));
    }

    #[test]
    fn no_area_code_stands_in_two_states() {
        let mut codes: Vec<&str> = STATES
            .split('|')
            .filter_map(|row| row.split_once(' '))
            .flat_map(|(_, codes)| codes.split(' '))
            .collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!((codes.len(), codes.iter().all(|code| code.len() == 3)), (all, true));
    }
}
