use countersign::base::Clock;
use countersign::sim::cin7::{DEMO_KEY, DEMO_USERNAME, Setup, SimCin7};
use countersign::sim::connector::{Connector, Settings as ConnSettings};
use countersign::sim::quickbooks::{Company, Switches};
use countersign::sim::world::World;
use countersign::workflow::*;
use std::sync::{Arc, Mutex};
struct C(countersign::base::Instant, std::time::Instant);
impl Clock for C {
    fn now(&self) -> countersign::base::Instant {
        self.0 + self.1.elapsed()
    }
}
#[test]
fn job() {
    let rt = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = World::generate(1, 5000, 2000);
    let clock: Arc<dyn Clock> = Arc::new(C(world.now(), std::time::Instant::now()));
    let company = Mutex::new(Company::new(&world.company_seed(), Switches::default()).unwrap());
    let dir = tempfile::tempdir().unwrap();
    let t0 = std::time::Instant::now();
    rt.block_on(async {
        let listen = {
            let l = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            l.local_addr().unwrap().to_string()
        };
        let setup = Setup::for_world(&world);
        let sim = SimCin7::start("127.0.0.1:0".parse().unwrap(), world, setup).await.unwrap();
        let p = Profile::init(
            dir.path(),
            &InitOptions {
                cin7_url: Some(sim.url()),
                cin7_username: Some(DEMO_USERNAME.into()),
                timezone: Some("America/New_York".into()),
                listen: Some(listen.clone()),
                start: Some("2026-01".into()),
                company_id: uuid::Uuid::from_u128(5),
                file_id: uuid::Uuid::from_u128(6),
                ..Default::default()
            },
            clock,
        )
        .unwrap();
        let mut s = p.settings();
        s.cin7.limit_factor = 200;
        p.save_settings(&s).unwrap();
        connect::set_cin7_key(&p, &secrecy::SecretString::from(DEMO_KEY.to_string())).unwrap();
        let pw = connect::new_qbwc_password(&p).unwrap();
        let host = host::Host::new(p.clone(), host::HostOptions { adopt_company: true }).unwrap();
        let stop = tokio_util::sync::CancellationToken::new();
        let h2 = host.clone();
        let st = stop.clone();
        let srv = tokio::spawn(async move { host::serve(h2, st).await });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let mut rx = host.notices();
        use secrecy::ExposeSecret;
        let mut conn = Connector::new(ConnSettings::new(
            &format!("http://localhost:{}/qbwc", listen.rsplit(':').next().unwrap()),
            "countersign",
            pw.expose_secret(),
        ));
        let mut visit = |label: &'static str| label;
        let r = conn.run_once(&company).await;
        println!("visit1 {:?} {:?} {:?}", r.status, r.closing, t0.elapsed());
        println!("idle {:?}", host.idle().unwrap());
        println!("{}", connect::accept_map(&p, "Ann").unwrap().text);
        println!("   t {:?}", t0.elapsed());
        let f =
            fetch::fetch(&p, &fetch::FetchOptions::default(), &mut |_| (), Default::default()).await.unwrap();
        println!("{f:?} {:?}", t0.elapsed());
        println!("{}", connect::accept_map(&p, "Ann").unwrap().text);
        println!("   t {:?}", t0.elapsed());
        println!("{:?} {:?}", links::propose(&p).unwrap(), t0.elapsed());
        println!("{}", links::accept_auto(&p, "Ann").unwrap().text);
        println!("   t {:?}", t0.elapsed());
        println!("{}", links::create_rest(&p, "Ann").unwrap().text);
        println!("   t {:?}", t0.elapsed());
        println!("{:?}", status::status(&p).unwrap().states);
        let mut n = 0;
        drafts::json(&p, &Default::default(), &mut |v| {
            if false {
                println!("{} {} {} {}", v["cin7_type"], v["reference"], v["kind"], v["reasons"]);
            }
            n += 1;
            Ok(())
        })
        .unwrap();
        println!("{}", decide::approve_all_ready(&p, "Ann").unwrap().text);
        println!("   t {:?}", t0.elapsed());
        println!("{:?}", handoff::preview(&p).unwrap());
        println!("{}", handoff::close_batch(&p, "Ann").unwrap().text);
        println!("   t {:?}", t0.elapsed());
        let r = conn.run_once(&company).await;
        println!("visit2 {:?} {:?} {:?}", r.status, r.closing, t0.elapsed());
        println!("{:?} {:?}", status::status(&p).unwrap().states, host.idle().unwrap());
        println!("{}", handoff::finalise(&p, None, "Ann").unwrap().text);
        println!("   t {:?}", t0.elapsed());
        let r = conn.run_once(&company).await;
        println!("visit3 {:?} {:?} {:?}", r.status, r.closing, t0.elapsed());
        println!(
            "{:?} {:?} {:?}",
            status::status(&p).unwrap().states,
            status::status(&p).unwrap().outcomes,
            host.idle().unwrap()
        );
        while let Ok(n) = rx.try_recv() {
            if let host::Notice::Outcome { text } = n {
                if !text.contains(" done: ") {
                    println!("  {text}");
                }
            }
        }
        let proof = prove::prove(&p, None).unwrap();
        println!("t {:?}", t0.elapsed());
        println!(
            "diff {} clean {} stale {} docs {:?}",
            proof.difference_cents(),
            proof.is_clean(),
            proof.stale,
            proof.documents
        );
        println!("{:?}", history::audit_verify(&p).unwrap());
        stop.cancel();
        let _ = srv.await;
    });
}
