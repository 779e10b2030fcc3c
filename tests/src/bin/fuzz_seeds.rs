//! Writes every fuzzing target's seeds, by default where its corpus is: `fuzz_seeds [FOLDER]`.

use std::path::PathBuf;
use std::{env, fs, io};

use capactif_tests::fuzzing::TARGETS;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    for target in TARGETS {
        let place = match &folder {
            Some(folder) => folder.join(target.name),
            None => target.corpus_folder(),
        };
        fs::create_dir_all(&place)?;
        let seeds = (target.seeds)();
        for (n, seed) in seeds.iter().enumerate() {
            fs::write(place.join(format!("seed-{n:02}")), seed)?;
        }
        println!("{}: {} seeds", target.name, seeds.len());
    }
    Ok(())
}
