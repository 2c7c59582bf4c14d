//! The program's Cin7 side against the simulated world: two halves that share no parser, writer or rule.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use countersign::cin7::{Resource, document, read};
use countersign::orders::DocumentType;
use countersign::sim::world::json::{CustomFields, Dress, write_record};
use countersign::sim::world::{Resource as Shelf, World};

fn body(world: &World, resource: Resource, dress: &Dress) -> String {
    let shelf = world.shelf(Shelf::named(resource.word()).unwrap()).unwrap();
    let rows: Vec<String> = shelf
        .records()
        .map(|record| {
            let mut row = String::new();
            write_record(record, dress, &mut row);
            row
        })
        .collect();
    format!("[{}]", rows.join(","))
}

#[test]
fn every_row_of_the_world_is_read_whatever_its_dress() {
    let world = World::generate(7, 60, 80);
    for resource in Resource::ALL {
        let plain = read::page(resource, &body(&world, resource, &Dress::default())).unwrap();
        assert!(plain.received > 0, "{resource}");
        assert_eq!(plain.problems, [], "{resource}");
        let odd = Dress { pascal: true, offset_dates: true, custom_fields: CustomFields::Array };
        let odd = read::page(resource, &body(&world, resource, &odd)).unwrap();
        assert_eq!(odd.problems, [], "{resource}");
        assert_eq!(plain.records.len(), odd.records.len(), "{resource}");
    }
}

#[test]
fn a_document_says_the_same_in_every_dress() {
    let world = World::generate(11, 60, 80);
    for kind in DocumentType::ALL {
        let resource = Resource::of_document(kind);
        let pages = [Dress::default(), Dress { pascal: true, ..Dress::default() }]
            .map(|dress| read::page(resource, &body(&world, resource, &dress)).unwrap().records);
        for (plain, pascal) in pages[0].iter().zip(&pages[1]) {
            assert_ne!(plain.raw, pascal.raw);
            assert_eq!(plain.hash, pascal.hash, "{resource} {}: a new spelling is no new content", plain.id);
            assert_eq!(document(kind, &plain.raw).unwrap(), document(kind, &pascal.raw).unwrap());
        }
    }
}
