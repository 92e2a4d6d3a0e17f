//! What a route speaks.

text_enum! {
    pub enum RouteProtocol {
        Http = "http",
        Tcp = "tcp",
    }
}
