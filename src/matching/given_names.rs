//! Given names in ordinary American use: "Maria" and "Mario" are two people of a family, not one with a slip of the keyboard.
//!
//! Must hold what any list of the commonest names holds, never a name learnt from a labelled file (`matching.md` 1-2, 7).

use super::words::same_given_name;
use std::collections::HashSet;
use std::sync::LazyLock;

const NAMES: &str = "
aaron abby abigail adam adrian adriana agnes alan albert alberto alejandra alejandro alex alexa alexander alexandra alexis alfred alice alicia
alison allan allen allison alma alyssa amanda amber amelia amy ana andre andrea andres andrew angel angela angelina angelo anita ann anna anne
annette annie anthony antoine antonia antonio april ariel arlene arnold arthur ashley audrey austin ava barbara barry beatrice ben benjamin bernard
bernice beth bethany betty beverly bill billie billy blake bob bobbie bobby bonnie brad bradley brandi brandon brandy brenda brendan brent brett
brian brittany brooke bruce bryan caleb calvin cameron candace carl carla carlos carmen carol carole carolina caroline carolyn carrie casey cassandra
catherine cathy cecil cecilia chad charlene charles charlie charlotte chelsea cheryl chester chris christian christie christina christine christopher
christy cindy claire clara clarence claude claudia clayton clifford clinton clyde cody colin colleen connie constance corey cory courtney craig
cristina crystal curtis cynthia daisy dale dan dana daniel daniela danielle danny darlene darrell darren daryl dave david dawn dean deanna debbie
deborah debra delores denise dennis derek derrick diana diane dianne dolores don donald donna doris dorothy doug douglas duane dustin dwayne dwight
earl eddie edgar edith edna eduardo edward edwin eileen elaine eleanor elena elisa eliza elizabeth ella ellen elmer elsie emily emma enrique eric erica
erik erika erin ernest ernesto esther ethan ethel eugene eva evan evelyn faith fannie felicia felix fernando florence floyd frances francis francisco
frank franklin fred frederick gabriel gabriela gail gary gene geneva genevieve george georgia gerald geraldine gerard gilbert gina gladys glen glenda
glenn gloria gordon grace greg gregory guadalupe guy gwendolyn hannah harold harriet harry harvey hazel heather hector heidi helen henry herbert
herman hilda holly howard hugh ian ida irene irma isaac isabel isabella ivan jack jackie jacob jacqueline jaime jake james jamie jan jane janet janice
jared jasmine jason jay jean jeanette jeanne jeff jeffery jeffrey jenna jennie jennifer jenny jeremy jerome jerry jesse jessica jessie jesus jill jim
jimmy jo joan joann joanna joanne joe joel john johnnie johnny jon jonathan jordan jorge jose josefina joseph josephine joshua joy joyce juan juana
juanita judith judy julia julian juliana julie julio june justin justine karen karl karla katherine kathleen kathryn kathy katie katrina kay kayla keith
kelli kelly ken kendra kenneth kent kerry kevin kim kimberly kirk kristen kristi kristin kristina kristine kurt kyle larry latoya laura lauren laurie
lawrence leah lee leo leon leona leonard leroy leslie lester lewis lillian lillie linda lisa lloyd lois lonnie lora loretta lori lorraine louis louisa
louise lucas lucia lucille lucy luis luisa luke lydia lynn mabel mandy manuel manuela marc marcia marco marcos marcus margaret margarita maria marian
marianne marie marilyn marina mario marion marjorie mark marlene marsha marshall martha martin martina marvin mary mathew matthew maureen maurice
max maxine megan melanie melinda melissa melody melvin mercedes michael michaela micheal michele michelle miguel mike mildred milton mindy minnie
miranda miriam misty mitchell molly monica morris myra myrtle nancy naomi natalie natasha nathan nathaniel neil nellie nelson nicholas nicole nina noah
noel nora norma norman olga olive oliver olivia oscar pamela pat patricia patrick patsy patty paul paula paulina pauline pearl pedro peggy penny perry
peter phil philip phillip phyllis priscilla rachel rafael ralph ramon ramona randall randy raul ray raymond rebecca regina reginald rene renee rhonda
ricardo richard rick ricky rita robert roberta roberto robin robyn rodney roger roland roman ron ronald ronnie rosa rosalie rose rosemary roy ruben ruby
russell ruth ryan sabrina sally salvador sam samantha samuel sandra sandy sara sarah scott sean sergio seth shane shannon sharon shaun shawn sheila
shelley shelly sherri sherry shirley sidney silvia sonia sonya sophia sophie stacey stacy stanley stella stephanie stephen steve steven sue susan susie
suzanne sylvia tamara tammy tanya tara ted teresa terrance terrence terri terry thelma theodore theresa thomas tiffany tim timothy tina todd tom tommy
toni tony tonya tracey traci tracy travis tricia troy tyler tyrone valerie vanessa velma vera vernon veronica vicki vickie vicky victor victoria vincent
viola violet virginia vivian wade wallace walter wanda warren wayne wendy wesley whitney wilbur willard william willie wilma yolanda yvette yvonne zachary
";

static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| NAMES.split_whitespace().collect());

/// Spellings of one name that sound alike and are taken for each other.
const ALIKE: &[&[&str]] = &[
    &["alan", "allan", "allen"],
    &["ann", "anne"],
    &["bryan", "brian"],
    &["catherine", "katherine", "kathryn"],
    &["christie", "christy"],
    &["cory", "corey"],
    &["debra", "deborah"],
    &["derek", "derrick"],
    &["dianne", "diane"],
    &["eric", "erik"],
    &["erica", "erika"],
    &["glen", "glenn"],
    &["jeffery", "jeffrey"],
    &["joann", "joanne"],
    &["kristen", "kristin"],
    &["laura", "lora"],
    &["marc", "mark"],
    &["mathew", "matthew"],
    &["michael", "micheal"],
    &["michele", "michelle"],
    &["philip", "phillip"],
    &["rene", "renee"],
    &["robin", "robyn"],
    &["sara", "sarah"],
    &["sean", "shaun", "shawn"],
    &["shelley", "shelly"],
    &["silvia", "sylvia"],
    &["sonia", "sonya"],
    &["stacey", "stacy"],
    &["stephen", "steven"],
    &["teresa", "theresa"],
    &["terrance", "terrence"],
    &["tracey", "traci", "tracy"],
    &["vicki", "vickie", "vicky"],
    &["willie", "billy"],
];

/// Whether both words are given names, and not spellings or short forms of one.
pub(super) fn are_two(a: &str, b: &str) -> bool {
    a != b
        && KNOWN.contains(a)
        && KNOWN.contains(b)
        && !same_given_name(a, b)
        && !ALIKE.iter().any(|row| row.contains(&a) && row.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_two_people_are_no_slip_but_spellings_of_one_are() {
        for (a, b) in [("maria", "mario"), ("jean", "joan"), ("paul", "paula"), ("dan", "daniela")] {
            assert!(are_two(a, b) && are_two(b, a), "{a} {b}");
        }
        for (a, b) in [("brian", "bryan"), ("bob", "robert"), ("maria", "mariaa"), ("stephen", "steven")] {
            assert!(!are_two(a, b), "{a} {b}");
        }
    }
}
